create table t (a int);
alter table t owner to somebody;
grant select on t to "Some Body";
insert into t values (1)