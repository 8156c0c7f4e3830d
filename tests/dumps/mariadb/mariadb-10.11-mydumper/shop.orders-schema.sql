/*!40101 SET NAMES binary*/;
/*!40014 SET FOREIGN_KEY_CHECKS=0*/;

/*!40103 SET TIME_ZONE='+00:00' */;
CREATE TABLE `orders` (
  `id` int(11) NOT NULL AUTO_INCREMENT,
  `word` varchar(50) DEFAULT NULL,
  `wide` varchar(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci DEFAULT NULL,
  `doc` longtext CHARACTER SET utf8mb4 COLLATE utf8mb4_bin DEFAULT NULL CHECK (json_valid(`doc`)),
  `raw` blob DEFAULT NULL,
  `bits` bit(5) DEFAULT NULL,
  `at` timestamp(3) NULL DEFAULT NULL,
  `sum` decimal(9,2) DEFAULT NULL CHECK (`sum` > 0),
  `twice` decimal(10,2) GENERATED ALWAYS AS (`sum` * 2) VIRTUAL,
  `kind` enum('a','ä') DEFAULT NULL,
  PRIMARY KEY (`id`),
  FULLTEXT KEY `w` (`word`)
) ENGINE=InnoDB AUTO_INCREMENT=78 DEFAULT CHARSET=latin1 COLLATE=latin1_german2_ci;
