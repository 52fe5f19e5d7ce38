-- What was said last of a conversion whose time is over: `waiting`, or how the way back failed.
alter table conversions add column expiry_told text;
