-- PostgreSQL database dump
CREATE TABLE t (a integer);
