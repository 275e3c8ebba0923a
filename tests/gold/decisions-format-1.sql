BEGIN TRANSACTION;
CREATE TABLE decisions (
        reading INTEGER NOT NULL REFERENCES readings (number),
        place INTEGER NOT NULL,
        theme TEXT NOT NULL CHECK (theme <> ''),
        facet TEXT NOT NULL,
        decision TEXT NOT NULL CHECK (decision IN ('present', 'absent', 'unsure')),
        memo TEXT NOT NULL,
        theme_hash TEXT NOT NULL CHECK (length(theme_hash) = 64),
        PRIMARY KEY (reading, place),
        UNIQUE (reading, theme, facet));
INSERT INTO "decisions" VALUES(1,0,'slow','','present','','e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
INSERT INTO "decisions" VALUES(1,1,'wifi','','unsure','','e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
INSERT INTO "decisions" VALUES(2,0,'slow','','present','','e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
INSERT INTO "decisions" VALUES(2,1,'wifi','','unsure','','e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
CREATE TABLE readings (
        number INTEGER PRIMARY KEY,
        digest TEXT NOT NULL CHECK (length(digest) = 64) UNIQUE,
        content TEXT NOT NULL CHECK (length(content) = 64),
        response_id TEXT NOT NULL CHECK (response_id <> ''),
        question TEXT NOT NULL,
        coder TEXT NOT NULL CHECK (coder GLOB 'human:?*' OR coder GLOB 'import:?*'),
        time TEXT NOT NULL,
        sample TEXT NOT NULL,
        text_hash TEXT NOT NULL CHECK (length(text_hash) = 64),
        memo TEXT NOT NULL);
INSERT INTO "readings" VALUES(1,'28de6bf93f52539b2e608806917da3b35e23092214fc0c7a8a7c1909fb41883c','f143843c2cb8a87d8a4d75caf1157bb9039c53d153e9235e3cd1d02b6d806ae3','R1/q','q','human:ana','2026-03-01T09:00:00.000000Z','','5e0cf7bd1dfa3831788b0cf6dedcdd228fba6f34dc238d371e746567e80bc7b6','');
INSERT INTO "readings" VALUES(2,'5d64e3a1b139585796c614a98014b49fd8d337ee3473a51a6b9666d7d64e5f44','575e5f88535b300c10f24b27971ffe2149f26e245be12fc0199b71a76c48cf79','R2/q','q','human:ana','2026-03-02T09:00:00.000000Z','','5e0cf7bd1dfa3831788b0cf6dedcdd228fba6f34dc238d371e746567e80bc7b6','it''s é');
INSERT INTO "readings" VALUES(3,'c29bc029de62d7dd2e869c9c8c935513e6b4507a5a4e0b9f751e33c257748bd4','e86d072f2da6f609656290bff561b9bc9b821a6b14739c9d069fc2002967e099','A','q','import:acme','2026-03-05T09:00:00.000000Z','','ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb','');
CREATE TABLE sample_members (
        sample INTEGER NOT NULL REFERENCES samples (number),
        place INTEGER NOT NULL,
        response_id TEXT NOT NULL CHECK (response_id <> ''),
        question TEXT NOT NULL,
        stratum TEXT NOT NULL,
        probability REAL NOT NULL CHECK (probability > 0 AND probability <= 1),
        text_hash TEXT NOT NULL CHECK (length(text_hash) = 64),
        machine TEXT NOT NULL,
        PRIMARY KEY (sample, place),
        UNIQUE (sample, response_id));
INSERT INTO "sample_members" VALUES(1,0,'A','q','s',3.33333333333333314829e-01,'ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb','{"slow":true}');
INSERT INTO "sample_members" VALUES(1,1,'B','q','s',3.33333333333333314829e-01,'3e23e8160039594a33894f6564e1b1348bbd7a0088d42c4acb73eeaed59c009d','{"slow":true}');
INSERT INTO "sample_members" VALUES(2,0,'C','q','s',3.33333333333333314829e-01,'2e7d2c03a9507ae265ecf5b5356885a53393a2029d241394997265a1a25aefc6','{"slow":true}');
CREATE TABLE samples (
        number INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE CHECK (id <> ''),
        digest TEXT NOT NULL CHECK (length(digest) = 64),
        purpose TEXT NOT NULL CHECK (purpose IN ('learning', 'audit', 'double')),
        seed INTEGER NOT NULL,
        drawn TEXT NOT NULL,
        settings TEXT NOT NULL);
INSERT INTO "samples" VALUES(1,'audit-2674e88a','2674e88a1d041f3a229d0995aecfd08b71af642fb4fe3acbf2e70ff39871135e','audit',1,'2026-03-01T09:00:00.000000Z','{"per theme":30}');
INSERT INTO "samples" VALUES(2,'learning-6e3c41ac','6e3c41acf037d7c7a7f5d15b6bd6b264089f336d59fc23b860a1e9d7e8632bcc','learning',1,'2026-03-01T10:00:00.000000Z','{}');
CREATE TRIGGER samples_no_update BEFORE UPDATE ON samples BEGIN SELECT RAISE(ABORT, 'the store is append-only'); END;
CREATE TRIGGER samples_no_delete BEFORE DELETE ON samples BEGIN SELECT RAISE(ABORT, 'the store is append-only'); END;
CREATE TRIGGER sample_members_no_update BEFORE UPDATE ON sample_members BEGIN SELECT RAISE(ABORT, 'the store is append-only'); END;
CREATE TRIGGER sample_members_no_delete BEFORE DELETE ON sample_members BEGIN SELECT RAISE(ABORT, 'the store is append-only'); END;
CREATE TRIGGER readings_no_update BEFORE UPDATE ON readings BEGIN SELECT RAISE(ABORT, 'the store is append-only'); END;
CREATE TRIGGER readings_no_delete BEFORE DELETE ON readings BEGIN SELECT RAISE(ABORT, 'the store is append-only'); END;
CREATE TRIGGER decisions_no_update BEFORE UPDATE ON decisions BEGIN SELECT RAISE(ABORT, 'the store is append-only'); END;
CREATE TRIGGER decisions_no_delete BEFORE DELETE ON decisions BEGIN SELECT RAISE(ABORT, 'the store is append-only'); END;
CREATE TRIGGER samples_no_replace BEFORE INSERT ON samples WHEN EXISTS (SELECT 1 FROM samples WHERE number = NEW.number OR id = NEW.id) BEGIN SELECT RAISE(ABORT, 'the store is append-only'); END;
CREATE TRIGGER sample_members_no_replace BEFORE INSERT ON sample_members WHEN EXISTS (SELECT 1 FROM sample_members WHERE sample = NEW.sample AND (place = NEW.place OR response_id = NEW.response_id)) BEGIN SELECT RAISE(ABORT, 'the store is append-only'); END;
CREATE TRIGGER readings_no_replace BEFORE INSERT ON readings WHEN EXISTS (SELECT 1 FROM readings WHERE number = NEW.number OR digest = NEW.digest) BEGIN SELECT RAISE(ABORT, 'the store is append-only'); END;
CREATE TRIGGER decisions_no_replace BEFORE INSERT ON decisions WHEN EXISTS (SELECT 1 FROM decisions WHERE reading = NEW.reading AND (place = NEW.place OR (theme = NEW.theme AND facet = NEW.facet))) BEGIN SELECT RAISE(ABORT, 'the store is append-only'); END;
CREATE INDEX readings_of ON readings (response_id, coder);
CREATE INDEX members_of ON sample_members (response_id);
COMMIT;
PRAGMA application_id = 1986163300;
PRAGMA user_version = 1;
