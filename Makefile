# The two commands of the README. Each first installs what the machine lacks (Postgres' programs, libpq), and says so.
.POSIX:
.PHONY: help run test

help:
	@echo 'make run    build and start Hostolink on http://localhost:3000 (DATABASE_URL, if set, names the database)'
	@echo 'make test   run every test (TEST_DATABASE_URL, if set, names the server to test on)'

run:
	@sh scripts/with-prerequisites.sh "$$DATABASE_URL" cargo run

test:
	@sh scripts/with-prerequisites.sh "$$TEST_DATABASE_URL" cargo test --workspace
