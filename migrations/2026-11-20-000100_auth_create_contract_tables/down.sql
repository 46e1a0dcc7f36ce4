-- These two tables belong to the contract with older callers: no down migration drops them.
SELECT 1;
