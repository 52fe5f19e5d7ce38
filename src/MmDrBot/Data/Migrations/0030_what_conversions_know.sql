alter table conversions add column delete_at bigint not null default 0;
alter table conversions add column half_back bigint not null default 0;
alter table conversions add column reason text not null default '';

update conversions set reason = coalesce((select o.reason from outages o where o.id = conversions.outage_id), '');
