BEGIN TRANSACTION;
CREATE TABLE chain (
	number INTEGER NOT NULL, 
	kind TEXT NOT NULL CHECK (kind IN ('reading', 'sample')), 
	entry INTEGER NOT NULL, 
	leaf TEXT NOT NULL CHECK (length(leaf) = 64), 
	previous TEXT NOT NULL CHECK (length(previous) = 64), 
	head TEXT NOT NULL CHECK (length(head) = 64), 
	PRIMARY KEY (number), 
	UNIQUE (kind, entry), 
	UNIQUE (previous), 
	UNIQUE (head)
);
INSERT INTO "chain" VALUES(1,'sample',1,'09eeeca52eba8df840d895b112dc0f0dee07fa504d45deb3734440fcd61df33d','0000000000000000000000000000000000000000000000000000000000000000','1024dbc8c70f02834acc17d1c98a5956db71cf374cf9cb73f6070ea12400832c');
INSERT INTO "chain" VALUES(2,'reading',1,'db62709efe58ea0be8c6ead4e7a011ceca4c589deb427d86346e675f5cfeba3e','1024dbc8c70f02834acc17d1c98a5956db71cf374cf9cb73f6070ea12400832c','7c24fb3d90ed04cf003597f2e642f77e6dc30c9bad53614d115df7d68c8d7e9d');
INSERT INTO "chain" VALUES(3,'reading',2,'ffa9ff694afca9b163e0ff3c8e164fdede6b7b72f0c61e7915219f29051d9b86','7c24fb3d90ed04cf003597f2e642f77e6dc30c9bad53614d115df7d68c8d7e9d','2963696f19d4ce3f29ca7c8cef8a196d33006ba2182b993c4973e0d0ec9cdf1e');
INSERT INTO "chain" VALUES(4,'sample',2,'54bfafabc8dffefe0b09efeb52499bf0b2a8665343f52cbff60361bb3b1e8ad2','2963696f19d4ce3f29ca7c8cef8a196d33006ba2182b993c4973e0d0ec9cdf1e','9aa498b5c8093b3f02fa2b98fd6ce16f094e5196592ed197efbce640d0f49df3');
INSERT INTO "chain" VALUES(5,'reading',3,'7e9a38fc519c056562a30b177f1429a73a859fd4adc5347860557db8a0eef7d9','9aa498b5c8093b3f02fa2b98fd6ce16f094e5196592ed197efbce640d0f49df3','90209c070ae77d4f15926013c761d2abf561baaa3566b25b667ed78b68c53f9d');
CREATE TABLE decisions (
	reading INTEGER NOT NULL, 
	place INTEGER NOT NULL, 
	theme TEXT NOT NULL CHECK (theme <> ''), 
	facet TEXT NOT NULL, 
	decision TEXT NOT NULL CHECK (decision IN ('present', 'absent', 'unsure')), 
	memo TEXT NOT NULL, 
	theme_hash TEXT NOT NULL CHECK (length(theme_hash) = 64), 
	PRIMARY KEY (reading, place), 
	UNIQUE (reading, theme, facet), 
	FOREIGN KEY(reading) REFERENCES readings (number)
);
INSERT INTO "decisions" VALUES(1,0,'slow','','present','[0,4) so she says','e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
INSERT INTO "decisions" VALUES(1,1,'wifi','','unsure','','e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
INSERT INTO "decisions" VALUES(2,0,'slow','','absent','','e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
CREATE TABLE readings (
	number INTEGER NOT NULL, 
	digest TEXT NOT NULL CHECK (length(digest) = 64), 
	content TEXT NOT NULL CHECK (length(content) = 64), 
	response_id TEXT NOT NULL CHECK (response_id <> ''), 
	question TEXT NOT NULL, 
	coder TEXT NOT NULL CHECK ((substr(coder, 1, 6) = 'human:' AND length(coder) > 6) OR (substr(coder, 1, 7) = 'import:' AND length(coder) > 7)), 
	time TEXT NOT NULL, 
	sample TEXT NOT NULL, 
	text_hash TEXT NOT NULL CHECK (length(text_hash) = 64), 
	memo TEXT NOT NULL, 
	PRIMARY KEY (number), 
	UNIQUE (digest)
);
INSERT INTO "readings" VALUES(1,'b1a923b5be045ca7a107fa3a273b7787b933c4849b481b18129ec7d5d17828b0','1834897239d03d30c5fdd217d1cd178d9f75996b15ae149fa0c5795f765edbc1','R1/q','q','human:ana','2026-03-01T09:00:00.000000Z','','5e0cf7bd1dfa3831788b0cf6dedcdd228fba6f34dc238d371e746567e80bc7b6','');
INSERT INTO "readings" VALUES(2,'b49bd684ab6e279378959e5318a137881d0177696cd254c976b0279416c1bb03','527f37afcbdca5078e16d81a6adccd07ace3a866ebe9662f3783deb04967b545','R2/q','q','human:ana','2026-03-01T09:00:00.000000Z','','5e0cf7bd1dfa3831788b0cf6dedcdd228fba6f34dc238d371e746567e80bc7b6','it''s é');
INSERT INTO "readings" VALUES(3,'72b42c633a016daa9ad25d0fe4aafd1b7ac6129815f55fcec329418d53df6682','d7eb38d8a97c02b8f5ee74008bf161431e8f5f6ae0b873b3668653e9a6d585ff','A','q','import:acme','2026-03-01T09:00:00.000000Z','','5e0cf7bd1dfa3831788b0cf6dedcdd228fba6f34dc238d371e746567e80bc7b6','');
CREATE TABLE sample_members (
	sample INTEGER NOT NULL, 
	place INTEGER NOT NULL, 
	response_id TEXT NOT NULL CHECK (response_id <> ''), 
	question TEXT NOT NULL, 
	stratum TEXT NOT NULL, 
	probability DOUBLE NOT NULL CHECK (probability > 0 AND probability <= 1), 
	text_hash TEXT NOT NULL CHECK (length(text_hash) = 64), 
	machine TEXT NOT NULL, 
	PRIMARY KEY (sample, place), 
	UNIQUE (sample, response_id), 
	FOREIGN KEY(sample) REFERENCES samples (number)
);
INSERT INTO "sample_members" VALUES(1,0,'A','q','s',0.5,'ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb','{}');
INSERT INTO "sample_members" VALUES(1,1,'B','q','s',0.5,'3e23e8160039594a33894f6564e1b1348bbd7a0088d42c4acb73eeaed59c009d','{}');
INSERT INTO "sample_members" VALUES(2,0,'C','q','s',0.5,'2e7d2c03a9507ae265ecf5b5356885a53393a2029d241394997265a1a25aefc6','{}');
CREATE TABLE samples (
	number INTEGER NOT NULL, 
	id TEXT NOT NULL CHECK (id <> ''), 
	digest TEXT NOT NULL CHECK (length(digest) = 64), 
	purpose TEXT NOT NULL CHECK (purpose IN ('learning', 'audit', 'double')), 
	seed INTEGER NOT NULL, 
	drawn TEXT NOT NULL, 
	settings TEXT NOT NULL, 
	PRIMARY KEY (number), 
	UNIQUE (id)
);
INSERT INTO "samples" VALUES(1,'audit-503a69f7','503a69f7216f771f6283eb3078a9b1579e346186f945e042c85d691fc1f8b2dc','audit',1,'2026-03-01T09:00:00.000000Z','{}');
INSERT INTO "samples" VALUES(2,'learning-2c58da19','2c58da190024d1d4a84b540ccc5fa1c8a1b8b70b9571abb2c8a46f700c21f0c9','learning',1,'2026-03-01T10:00:00.000000Z','{}');
CREATE TRIGGER samples_no_update BEFORE UPDATE ON samples BEGIN SELECT RAISE(ABORT, 'the store is append-only'); END;
CREATE TRIGGER samples_no_delete BEFORE DELETE ON samples BEGIN SELECT RAISE(ABORT, 'the store is append-only'); END;
CREATE TRIGGER samples_no_replace BEFORE INSERT ON samples WHEN EXISTS (SELECT 1 FROM samples WHERE number = NEW.number OR id = NEW.id) BEGIN SELECT RAISE(ABORT, 'the store is append-only'); END;
CREATE INDEX members_of ON sample_members (response_id);
CREATE TRIGGER sample_members_no_update BEFORE UPDATE ON sample_members BEGIN SELECT RAISE(ABORT, 'the store is append-only'); END;
CREATE TRIGGER sample_members_no_delete BEFORE DELETE ON sample_members BEGIN SELECT RAISE(ABORT, 'the store is append-only'); END;
CREATE TRIGGER sample_members_no_replace BEFORE INSERT ON sample_members WHEN EXISTS (SELECT 1 FROM sample_members WHERE sample = NEW.sample AND (place = NEW.place OR response_id = NEW.response_id)) BEGIN SELECT RAISE(ABORT, 'the store is append-only'); END;
CREATE INDEX readings_of ON readings (response_id, coder);
CREATE TRIGGER readings_no_update BEFORE UPDATE ON readings BEGIN SELECT RAISE(ABORT, 'the store is append-only'); END;
CREATE TRIGGER readings_no_delete BEFORE DELETE ON readings BEGIN SELECT RAISE(ABORT, 'the store is append-only'); END;
CREATE TRIGGER readings_no_replace BEFORE INSERT ON readings WHEN EXISTS (SELECT 1 FROM readings WHERE number = NEW.number OR digest = NEW.digest) BEGIN SELECT RAISE(ABORT, 'the store is append-only'); END;
CREATE TRIGGER decisions_no_update BEFORE UPDATE ON decisions BEGIN SELECT RAISE(ABORT, 'the store is append-only'); END;
CREATE TRIGGER decisions_no_delete BEFORE DELETE ON decisions BEGIN SELECT RAISE(ABORT, 'the store is append-only'); END;
CREATE TRIGGER decisions_no_replace BEFORE INSERT ON decisions WHEN EXISTS (SELECT 1 FROM decisions WHERE reading = NEW.reading AND (place = NEW.place OR (theme = NEW.theme AND facet = NEW.facet))) BEGIN SELECT RAISE(ABORT, 'the store is append-only'); END;
CREATE TRIGGER chain_no_update BEFORE UPDATE ON chain BEGIN SELECT RAISE(ABORT, 'the store is append-only'); END;
CREATE TRIGGER chain_no_delete BEFORE DELETE ON chain BEGIN SELECT RAISE(ABORT, 'the store is append-only'); END;
CREATE TRIGGER chain_no_replace BEFORE INSERT ON chain WHEN EXISTS (SELECT 1 FROM chain WHERE number = NEW.number OR (kind = NEW.kind AND entry = NEW.entry) OR previous = NEW.previous OR head = NEW.head) BEGIN SELECT RAISE(ABORT, 'the store is append-only'); END;
COMMIT;
PRAGMA application_id = 1986163300;
PRAGMA user_version = 2;
