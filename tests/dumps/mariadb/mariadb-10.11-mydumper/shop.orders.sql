/*!40101 SET NAMES binary*/;
/*!40014 SET FOREIGN_KEY_CHECKS=0*/;
/*!40103 SET TIME_ZONE='+00:00' */;
INSERT INTO `orders` (`id`,`word`,`wide`,`doc`,`raw`,`bits`,`at`,`sum`,`kind`) VALUES
(1,"gr¸n; it\'s","snow ‚òÉ üêò","{\"a\": \"√§\"}","\0	\n\\\'ˇ","","2026-01-01 10:00:00.125",1.50,"‰"),
(2,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
