/*!40101 SET NAMES binary*/;
CREATE TABLE `a_first`(
`word` int
)ENGINE=MyISAM;
