/*!40101 SET NAMES binary*/;
/*!40014 SET FOREIGN_KEY_CHECKS=0*/;

/*!40103 SET TIME_ZONE='+00:00' */;
CREATE TABLE `orders` (
  `id` int NOT NULL AUTO_INCREMENT,
  `word` varchar(50) COLLATE latin1_german2_ci DEFAULT NULL,
  `wide` varchar(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_ai_ci DEFAULT NULL,
  `doc` json DEFAULT NULL,
  `raw` blob,
  `bits` bit(5) DEFAULT NULL,
  `at` timestamp(3) NULL DEFAULT NULL,
  `sum` decimal(9,2) DEFAULT NULL,
  `twice` decimal(10,2) GENERATED ALWAYS AS ((`sum` * 2)) VIRTUAL,
  `kind` enum('a','ä') COLLATE latin1_german2_ci DEFAULT NULL,
  PRIMARY KEY (`id`),
  FULLTEXT KEY `w` (`word`),
  CONSTRAINT `orders_chk_1` CHECK ((`sum` > 0))
) ENGINE=InnoDB AUTO_INCREMENT=78 DEFAULT CHARSET=latin1 COLLATE=latin1_german2_ci;
