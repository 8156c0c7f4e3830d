-- What the dumps of tests/dumps/mariadb are made of, of MariaDB and MySQL: one of each kind that has made a load fail
-- somewhere. /*M! is for MariaDB alone.
CREATE USER app@localhost IDENTIFIED BY 'secret';
CREATE USER ghost@nowhere IDENTIFIED BY 'secret';
CREATE DATABASE shop DEFAULT CHARACTER SET latin1 COLLATE latin1_german2_ci;
GRANT ALL ON shop.* TO app@localhost;
GRANT ALL ON *.* TO ghost@nowhere;
CREATE DATABASE crm;
CREATE TABLE crm.people (n INT PRIMARY KEY) ENGINE=InnoDB;
INSERT INTO crm.people VALUES (7);
USE shop;
CREATE TABLE orders (
  id INT AUTO_INCREMENT PRIMARY KEY,
  word VARCHAR(50),
  wide VARCHAR(50) CHARACTER SET utf8mb4,
  doc JSON,
  raw BLOB,
  bits BIT(5),
  at TIMESTAMP(3) NULL,
  sum DECIMAL(9, 2) CHECK (sum > 0),
  twice DECIMAL(10, 2) AS (sum * 2) VIRTUAL,
  kind ENUM('a', 'ä'),
  FULLTEXT KEY w (word)
) ENGINE=InnoDB AUTO_INCREMENT=78;
INSERT INTO orders (id, word, wide, doc, raw, bits, at, sum, kind) VALUES
  (1, 'grün; it''s', 'snow ☃ 🐘', '{"a": "ä"}', x'00090a5c27ff', b'10101', '2026-01-01 10:00:00.125', 1.50, 'ä'),
  (2, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
CREATE TABLE `odd -- name` (a INT, KEY (a)) ENGINE=MyISAM;
INSERT INTO `odd -- name` VALUES (1);
CREATE TABLE positions (id INT PRIMARY KEY, `order` INT, FOREIGN KEY (`order`) REFERENCES orders (id)) ENGINE=InnoDB;
INSERT INTO positions VALUES (1, 1), (2, NULL);
CREATE TABLE parts (n INT) ENGINE=InnoDB PARTITION BY RANGE (n) (
  PARTITION few VALUES LESS THAN (10), PARTITION many VALUES LESS THAN MAXVALUE);
INSERT INTO parts VALUES (5), (50);
CREATE TABLE log (n INT) ENGINE=InnoDB;
/*M! CREATE SEQUENCE numbers START WITH 40 */;
/*M! CREATE TABLE versions (n INT) WITH SYSTEM VERSIONING ENGINE=InnoDB */;
/*M! INSERT INTO versions VALUES (1) */;
CREATE DEFINER=ghost@nowhere TRIGGER noted AFTER INSERT ON positions FOR EACH ROW INSERT INTO log VALUES (NEW.id);
DELIMITER ;;
CREATE DEFINER=ghost@nowhere FUNCTION answer() RETURNS INT DETERMINISTIC
BEGIN
  DECLARE a INT;
  SET a = 42; -- of it ; all
  RETURN a;
END;;
DELIMITER ;
CREATE PROCEDURE fill() SELECT 1;
CREATE EVENT never ON SCHEDULE EVERY 1 YEAR DISABLE DO DELETE FROM log;
CREATE DEFINER=ghost@nowhere VIEW words AS SELECT word FROM orders;
CREATE VIEW a_first AS SELECT word FROM words;
