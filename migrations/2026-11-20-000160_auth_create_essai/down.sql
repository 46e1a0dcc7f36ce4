-- Counters of at most a day: nobody's data. The next start counts anew.
DROP TABLE essai;
