/*!40101 SET NAMES binary*/;
CREATE TABLE `words`(
`word` int
)ENGINE=MyISAM;
