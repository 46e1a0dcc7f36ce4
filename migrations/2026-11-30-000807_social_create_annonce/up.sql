CREATE TABLE annonce (
    public_id uuid NOT NULL,
    titre varchar(120) NOT NULL,
    texte varchar(2000) NOT NULL,
    zones varchar(5)[] NOT NULL DEFAULT '{}',
    debut timestamptz NOT NULL,
    fin timestamptz NOT NULL,
    cree_par integer,
    cree_le timestamptz NOT NULL,
    retiree_le timestamptz,
    CONSTRAINT annonce_pkey PRIMARY KEY (public_id),
    CONSTRAINT annonce_cree_par_fkey FOREIGN KEY (cree_par) REFERENCES utilisateur (id_user) ON DELETE SET NULL,
    CONSTRAINT annonce_periode CHECK (debut < fin),
    CONSTRAINT annonce_zones_bornes CHECK (cardinality(zones) <= 14)
);
COMMENT ON TABLE annonce IS 'social: what the house tells everybody, or who is in some districts, for a time';
COMMENT ON COLUMN annonce.zones IS 'districts by their codes of ISO 3166-2; none is the whole country';
CREATE INDEX annonce_cree_par_idx ON annonce (cree_par);
CREATE INDEX annonce_fin_idx ON annonce (fin) WHERE retiree_le IS NULL;

CREATE TABLE publicite (
    public_id uuid NOT NULL,
    id_user integer NOT NULL,
    titre varchar(80) NOT NULL,
    texte varchar(300) NOT NULL,
    lien varchar(2000) NOT NULL,
    media uuid,
    zones varchar(5)[] NOT NULL DEFAULT '{}',
    debut timestamptz NOT NULL,
    fin timestamptz NOT NULL,
    budget bigint NOT NULL,
    prix_vue bigint NOT NULL,
    prix_clic bigint NOT NULL,
    depense bigint NOT NULL DEFAULT 0,
    vues integer NOT NULL DEFAULT 0,
    clics integer NOT NULL DEFAULT 0,
    etat varchar(9) NOT NULL DEFAULT 'draft',
    motif varchar(300),
    reservation uuid,
    reglement uuid,
    change_le timestamptz NOT NULL,
    cree_le timestamptz NOT NULL,
    CONSTRAINT publicite_pkey PRIMARY KEY (public_id),
    CONSTRAINT publicite_id_user_fkey FOREIGN KEY (id_user) REFERENCES utilisateur (id_user) ON DELETE CASCADE,
    CONSTRAINT publicite_periode CHECK (debut < fin),
    CONSTRAINT publicite_zones_bornes CHECK (cardinality(zones) <= 14),
    CONSTRAINT publicite_prix_positifs CHECK (budget > 0 AND prix_vue > 0 AND prix_clic > 0),
    CONSTRAINT publicite_budget_respecte CHECK (depense BETWEEN 0 AND budget),
    CONSTRAINT publicite_depense_comptee CHECK (depense = vues * prix_vue + clics * prix_clic),
    CONSTRAINT publicite_etat_connu CHECK (etat IN ('draft', 'funding', 'review', 'running', 'ending', 'ended')),
    CONSTRAINT publicite_reservee CHECK (etat IN ('draft', 'funding', 'ended') OR reservation IS NOT NULL)
);
COMMENT ON TABLE publicite IS 'social: advertisements: what is shown to whom, until when, and how much of the money set aside for it is spent';
COMMENT ON COLUMN publicite.reservation IS 'the ledger''s transaction that set the budget aside';
COMMENT ON COLUMN publicite.reglement IS 'the ledger''s transaction that took what was spent, or let go of all of it';
CREATE INDEX publicite_id_user_idx ON publicite (id_user, public_id);
CREATE INDEX publicite_en_cours_idx ON publicite (fin) WHERE etat IN ('running', 'review');
CREATE INDEX publicite_a_revoir_idx ON publicite (public_id) WHERE etat = 'review';
CREATE INDEX publicite_a_suivre_idx ON publicite (change_le) WHERE etat IN ('funding', 'ending');

CREATE TABLE diffusion_publicite (
    publicite_id uuid NOT NULL,
    id_user integer NOT NULL,
    jour date NOT NULL,
    genre varchar(5) NOT NULL,
    CONSTRAINT diffusion_publicite_pkey PRIMARY KEY (publicite_id, id_user, jour, genre),
    CONSTRAINT diffusion_publicite_publicite_fkey FOREIGN KEY (publicite_id) REFERENCES publicite (public_id) ON DELETE CASCADE,
    CONSTRAINT diffusion_publicite_id_user_fkey FOREIGN KEY (id_user) REFERENCES utilisateur (id_user) ON DELETE CASCADE,
    CONSTRAINT diffusion_publicite_genre_connu CHECK (genre IN ('view', 'click'))
);
COMMENT ON TABLE diffusion_publicite IS 'social: who saw or followed which advertisement on which day, once each; forgotten after a month';
CREATE INDEX diffusion_publicite_id_user_idx ON diffusion_publicite (id_user, jour);
CREATE INDEX diffusion_publicite_jour_idx ON diffusion_publicite (jour);
