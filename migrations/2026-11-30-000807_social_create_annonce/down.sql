DO $$
BEGIN
    IF EXISTS (SELECT FROM annonce)
        OR EXISTS (SELECT FROM publicite)
        OR EXISTS (SELECT FROM diffusion_publicite) THEN
        RAISE EXCEPTION 'annonce, publicite, diffusion_publicite: one holds rows, and they would be lost';
    END IF;
END
$$;
DROP TABLE diffusion_publicite;
DROP TABLE publicite;
DROP TABLE annonce;
