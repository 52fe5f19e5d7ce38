#!/usr/bin/env bash
# Starts a real S3 server (Ceph's RADOS gateway, one node, loopback only) and prints its address and keys as NAME=value lines.
#
#   eng/s3-up.sh DIRECTORY [--size SIZE]      SIZE: of the (sparse) block file, 16G unless told
#
# Where one already runs in DIRECTORY, its lines are printed; a stopped one is started again with its data.
# Stop it by eng/s3-down.sh DIRECTORY [--wipe]. The first start takes about 20 seconds, the server about 1.4 GB of memory.
set -euo pipefail
# shellcheck source=eng/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

size=16G
# Read from DIRECTORY/facts:
fsid='' monitor_v1='' monitor_v2='' http='' https='' access_key='' secret_key=''

parse_arguments() {
  [ $# -ge 1 ] || die "usage: s3-up.sh DIRECTORY [--size SIZE]"
  directory=$(realpath -m "$1")
  shift
  while [ $# -gt 0 ]; do
    case $1 in
      --size)
        size=${2:?--size needs a value}
        shift
        ;;
      *) die "unknown argument $1" ;;
    esac
    shift
  done
  configuration=$directory/ceph.conf
}

# The ports are chosen once: the monitor's map holds its own address.
choose_ports() {
  mapfile -t ports < <(free_ports 5)
  {
    printf 'monitor_v2=%s\nmonitor_v1=%s\n' "${ports[0]}" "${ports[1]}"
    printf 'http=%s\nhttps=%s\n' "${ports[2]}" "${ports[3]}"
    printf 'fsid=%s\naccess_key=mmdr%s\nsecret_key=%s\n' "$(cat /proc/sys/kernel/random/uuid)" "$(random_hex 8)" "$(random_hex 20)"
  } >"$directory/facts"
}

# auth "none" is told to clients twice (auth_client_required, ms_mon_client_mode), or the gateway hangs at its start.
write_configuration() {
  cat >"$configuration" <<CONF
[global]
fsid = $fsid
mon_initial_members = a
mon_host = [v2:127.0.0.1:$monitor_v2/0,v1:127.0.0.1:$monitor_v1/0]
public_addr = 127.0.0.1
cluster_addr = 127.0.0.1
ms_bind_ipv4 = true
ms_bind_ipv6 = false
auth_cluster_required = none
auth_service_required = none
auth_client_required = none
keyring = $directory/keyring
run_dir = $directory/run
pid_file = $directory/run/\$name.pid
admin_socket =
log_file = $directory/log/\$name.log
crash_dir = $directory/log
mon_data_avail_warn = 1
mon_data_avail_crit = 1
mon_allow_pool_size_one = true
mon_warn_on_pool_no_redundancy = false
mon_max_pg_per_osd = 1000
osd_pool_default_size = 1
osd_pool_default_min_size = 1
osd_pool_default_pg_num = 8
osd_pool_default_pgp_num = 8
osd_pool_default_pg_autoscale_mode = off
osd_crush_chooseleaf_type = 0
[mon]
mon_data = $directory/mon
mon_memory_autotune = false
[osd]
osd_data = $directory/osd
osd_objectstore = bluestore
bluestore_block_create = true
bluestore_block_size = $(numfmt --from=iec "$size")
bluestore_fsck_on_mount = false
osd_memory_target = 939524096
osd_max_scrubs = 0
[client]
auth_client_required = none
ms_mon_client_mode = crc
rgw_data = $directory/rgw
rgw_dns_name = localhost
rgw_frontends = beast endpoint=127.0.0.1:$http ssl_endpoint=127.0.0.1:$https ssl_certificate=$directory/tls.pem
rgw_thread_pool_size = 32
rgw_enable_usage_log = false
rgw_enable_ops_log = false
rgw_override_bucket_index_max_shards = 1
CONF
}

make_certificate() {
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 3650 -subj /CN=localhost \
    -addext subjectAltName=DNS:localhost,IP:127.0.0.1 -keyout "$directory/tls.key" -out "$directory/tls.crt" 2>/dev/null
  cat "$directory/tls.crt" "$directory/tls.key" >"$directory/tls.pem"
}

make_monitor() {
  monmaptool --create --clobber --fsid "$fsid" --addv a "[v2:127.0.0.1:$monitor_v2,v1:127.0.0.1:$monitor_v1]" "$directory/monmap" >/dev/null
  ceph-mon -c "$configuration" -i a --mkfs --monmap "$directory/monmap" >>"$directory/log/up.log" 2>&1
}

prepare() {
  [ ! -f "$directory/made" ] || return 0
  rm -rf "${directory:?}"/{mon,osd,rgw,run,log}
  mkdir -p "$directory"/{mon,osd,rgw,run,log}
  chmod 700 "$directory"
  choose_ports
  read_facts
  write_configuration
  make_certificate
  make_monitor
}

read_facts() {
  # shellcheck disable=SC1091
  . "$directory/facts"
}

admin() { timeout 20 ceph -c "$configuration" "$@"; }

running() {
  local pid
  pid=$(cat "$directory/run/$1.pid" 2>/dev/null) && tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null | grep -qF -- "$configuration"
}

# Each daemon goes to the background by itself; none may inherit this script's lock.
daemon() {
  local name=$1
  shift
  running "$name" || "$@" >>"$directory/log/up.log" 2>&1 9>&-
}

make_disk() {
  local uuid
  uuid=$(cat /proc/sys/kernel/random/uuid)
  wait_until 60 "the monitor's answer" admin osd stat
  admin osd new "$uuid" >>"$directory/log/up.log" 2>&1
  ceph-osd -c "$configuration" -i 0 --mkfs --osd-uuid "$uuid" >>"$directory/log/up.log" 2>&1
}

disk_is_up() { admin osd stat 2>/dev/null | grep -q '1 up'; }

start() {
  daemon mon.a ceph-mon -c "$configuration" -i a
  [ -f "$directory/made" ] || make_disk
  daemon osd.0 ceph-osd -c "$configuration" -i 0
  [ -f "$directory/made" ] || admin osd crush add osd.0 1.0 host=local root=default >>"$directory/log/up.log" 2>&1
  wait_until 60 "the start of the disk daemon" disk_is_up
  daemon client.rgw radosgw -c "$configuration" -n client.rgw
  wait_until 90 "the start of the gateway" curl -fs -o /dev/null "http://127.0.0.1:$http/"
  [ -f "$directory/made" ] || make_user
}

make_user() {
  timeout 60 radosgw-admin -c "$configuration" user create --uid=mmdr --display-name=mmdr \
    --access-key="$access_key" --secret-key="$secret_key" >>"$directory/log/up.log" 2>&1
  touch "$directory/made"
}

print_lines() {
  printf 'MMDR_TESTKIT_S3_ENDPOINT=http://127.0.0.1:%s\n' "$http"
  printf 'MMDR_TESTKIT_S3_TLS_ENDPOINT=https://127.0.0.1:%s\n' "$https"
  printf 'MMDR_TESTKIT_S3_TLS_CERTIFICATE=%s\n' "$directory/tls.crt"
  printf 'MMDR_TESTKIT_S3_ACCESS_KEY=%s\nMMDR_TESTKIT_S3_SECRET_KEY=%s\n' "$access_key" "$secret_key"
  printf 'MMDR_TESTKIT_S3_REGION=us-east-1\n'
}

main() {
  parse_arguments "$@"
  need_packages radosgw ceph-mon ceph-osd ceph-common openssl curl
  mkdir -p "$directory"
  exec 9>"$directory/lock"
  flock 9
  export CEPH_CONF=$configuration
  prepare
  read_facts
  start || die "the S3 server did not start, see $directory/log"
  print_lines
}

main "$@"
