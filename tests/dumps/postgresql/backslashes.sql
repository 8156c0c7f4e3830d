SET standard_conforming_strings = off;
CREATE TABLE t AS SELECT 'a\'; DROP TABLE x; --'::text AS a;
ALTER TABLE t OWNER TO somebody;
