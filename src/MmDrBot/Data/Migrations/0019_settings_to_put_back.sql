-- From here on a closed outage has changed settings only as long as they are still to be put back.
update outages set changed_settings = null where state = 'closed';
