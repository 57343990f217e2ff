#!/usr/bin/env bash
# kubernetes.sh build  builds what up starts (minutes the first time, see test/cluster/build.sh): may run beside other work
# kubernetes.sh up     starts a one-node Kubernetes on 127.0.0.1 for the tests and waits until it takes pods; prints `export` lines
# kubernetes.sh down   ends it and leaves nothing
#
# API server, scheduler, controller manager, kubelet and etcd on a containerd of its own: pods are real containers.
# Everything runs in one PID and one mount namespace: ending one process ends every component, shim and container and drops
# every mount; with the network namespaces go the links. The machine's own Docker and containerd are not touched.
# Ports 2379, 2380, 6443, 10248, 10250, 10257 and 10259 are taken: one cluster a machine.
set -euo pipefail
cluster=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../test/cluster" && pwd)
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
# Not below /run: etcd and the images would live in memory.
export K8S_STATE=${LAMBDA_FIXTURES_CLUSTER_STATE:-/var/lib/lambda-fixtures-cluster} K8S_API_PORT=6443
pod_cidr=10.244.0.0/24
node=127.0.0.1 # its name and so its address: where the API server finds the kubelet for logs, exec and port-forward
pki=$K8S_STATE/pki

build() {
  apt_install containerd runc containernetworking-plugins jq openssl curl procps iproute2
  "$cluster/build.sh"
}

# --- certificates and kubeconfigs

new_key() { openssl ecparam -name prime256v1 -genkey -noout -out "$pki/$1.key"; }
# issue FILE SUBJECT USAGE [SUBJECT_ALT_NAMES]
issue() {
  new_key "$1"
  openssl req -new -key "$pki/$1.key" -subj "$2" |
    openssl x509 -req -sha256 -days 30 -CA "$pki/ca.crt" -CAkey "$pki/ca.key" -set_serial "0x$(openssl rand -hex 8)" \
      -out "$pki/$1.crt" -extfile <(
        echo 'basicConstraints=critical,CA:FALSE'
        echo "extendedKeyUsage=$3"
        if [ -n "${4:-}" ]; then echo "subjectAltName=$4"; fi
      ) 2>/dev/null
}
# kubeconfig NAME: for the client certificate NAME, self-contained.
kubeconfig() {
  local file=$K8S_STATE/$1.kubeconfig
  install -m 600 /dev/null "$file"
  jq -n --arg user "$1" --arg server "https://127.0.0.1:$K8S_API_PORT" --arg ca "$(base64 -w0 <"$pki/ca.crt")" \
    --arg certificate "$(base64 -w0 <"$pki/$1.crt")" --arg key "$(base64 -w0 <"$pki/$1.key")" '{
      apiVersion: "v1", kind: "Config", "current-context": "test",
      clusters: [{name: "test", cluster: {$server, "certificate-authority-data": $ca}}],
      users: [{name: $user, user: {"client-certificate-data": $certificate, "client-key-data": $key}}],
      contexts: [{name: "test", context: {cluster: "test", $user, namespace: "default"}}]
    }' >"$file"
}
certificates() {
  local user
  install -d -m 700 "$pki"
  new_key ca
  openssl req -x509 -new -sha256 -days 30 -key "$pki/ca.key" -subj /CN=lambda-fixtures-test-ca -out "$pki/ca.crt" \
    -addext keyUsage=critical,keyCertSign,cRLSign
  new_key service-accounts
  issue kube-apiserver /CN=kube-apiserver serverAuth \
    IP:127.0.0.1,IP:10.96.0.1,DNS:localhost,DNS:kubernetes,DNS:kubernetes.default,DNS:kubernetes.default.svc
  issue kubelet-serving /CN=kubelet serverAuth IP:127.0.0.1
  issue apiserver-to-kubelet /O=system:masters/CN=kube-apiserver-kubelet-client clientAuth
  issue admin /O=system:masters/CN=admin clientAuth
  issue kube-controller-manager /CN=system:kube-controller-manager clientAuth
  issue kube-scheduler /CN=system:kube-scheduler clientAuth
  issue kubelet "/O=system:nodes/CN=system:node:$node" clientAuth
  for user in admin kube-controller-manager kube-scheduler kubelet; do kubeconfig "$user"; done
}

# --- configuration

configuration() {
  local template
  mkdir -p "$K8S_STATE/cni"
  for template in containerd.toml kubelet.yaml cni/10-ptp.conflist; do
    sed -e "s|@STATE@|$K8S_STATE|g" -e "s|@POD_CIDR@|$pod_cidr|g" "$cluster/config/$template" >"$K8S_STATE/$template"
  done
  : >"$K8S_STATE/resolv.conf"
  # A copy: bash reads a script as it goes, and the checkout may change below a running cluster.
  cp "$cluster/cluster.sh" "$K8S_STATE/"
}
# The sandbox image of every pod: one static program.
pause_image() {
  local images=$cluster/../images work=$K8S_STATE/pause/work
  . "$images/lib.sh"
  mkdir -p "$work/root"
  cp "$K8S_BIN/pause" "$work/root/pause"
  layer pause "$work/root"
  image localhost/pause:1 amd64 '{"Entrypoint": ["/pause"], "WorkingDir": "/"}' pause
  archive "$K8S_STATE/pause"
  mv "$K8S_STATE/pause/images.tar" "$K8S_STATE/pause.tar"
  rm -r "$K8S_STATE/pause"
}

# --- up and down

show_logs() {
  local log
  for log in "$K8S_STATE"/logs/*.log; do
    say "--- last lines of $log"
    tail -n 8 "$log" >&2
  done
}
exports() {
  echo "export KUBECONFIG=$K8S_STATE/admin.kubeconfig"
  echo "export CONTAINERD_ADDRESS=$K8S_STATE/containerd.sock CONTAINERD_NAMESPACE=k8s.io"
  echo "export LAMBDA_FIXTURES_TEST_KUBECTL=$K8S_BIN/kubectl"
}
takes_pods() {
  local kubectl=("$K8S_BIN/kubectl" --kubeconfig "$K8S_STATE/admin.kubeconfig")
  # Its components are there, or the cluster is gone: no use to wait then.
  running cluster >/dev/null || { show_logs; die 'the cluster ended before it was up'; }
  # A Ready node refuses pods until the controller manager takes its not-ready taint off; without its default
  # ServiceAccount a namespace refuses them too.
  [ -e "$K8S_STATE/started" ] &&
    [ "$("${kubectl[@]}" get node "$node" -o jsonpath='{.status.conditions[?(@.type=="Ready")].status}{.spec.taints}')" = True ] &&
    "${kubectl[@]}" -n default get serviceaccount default
}

up() {
  K8S_BIN=$(build)
  export K8S_BIN
  if running cluster >/dev/null && [ -e "$K8S_STATE/ready" ]; then
    exports
    return
  fi
  down # what a start that was cut off left
  local port pid
  for port in 2379 2380 10248 10250 10257 10259 "$K8S_API_PORT"; do
    if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then die "port $port is taken"; fi
  done
  install -d -m 755 "$K8S_STATE" "$K8S_STATE/logs"
  certificates
  configuration
  pause_image
  sysctl -n net.ipv4.ip_forward >"$STATE/cluster.ip_forward" # the ptp plugin turns it on
  setsid unshare --pid --mount --fork --mount-proc --kill-child=SIGKILL \
    bash "$K8S_STATE/cluster.sh" </dev/null >"$K8S_STATE/logs/cluster.log" 2>&1 &
  pid=$!
  remember cluster "$pid"
  if ! wait_until "${K8S_TIMEOUT:-120}" takes_pods; then
    show_logs
    down
    die "the cluster took no pods within ${K8S_TIMEOUT:-120} s"
  fi
  touch "$K8S_STATE/ready"
  exports
}

remove_cgroups() {
  local cgroup busy=
  for cgroup in /sys/fs/cgroup/kubepods /sys/fs/cgroup/*/kubepods; do
    [ -d "$cgroup" ] || continue
    find "$cgroup" -depth -type d -exec rmdir {} + 2>/dev/null || busy=1
  done
  [ -z "$busy" ]
}

down() {
  local pid path
  if pid=$(running cluster); then
    # The child is PID 1 of the namespace: as it ends the kernel kills every process in there, and unshare returns after the last.
    pkill -KILL -P "$pid" || kill -KILL "$pid"
    wait_until 30 not running cluster || die "the cluster (pid $pid) can't be ended"
  fi
  rm -f "$STATE/cluster.pid"
  # Cgroups have no namespace here and outlive their processes; one whose last process ended just now may still be busy.
  wait_until 10 remove_cgroups || say 'some cgroups below kubepods are still there'
  # No mount of the cluster is visible from here, so this can't reach into a pod's volumes.
  rm -rf "$K8S_STATE"
  # The mount points of what cluster.sh keeps in its own mount namespace.
  for path in /var/lib/kubelet /var/lib/cni /var/log/containers /run/containerd; do rmdir "$path" 2>/dev/null || true; done
  if [ -s "$STATE/cluster.ip_forward" ]; then
    # While dockerd runs it is Docker's to turn off.
    running docker >/dev/null || sysctl -q -w "net.ipv4.ip_forward=$(cat "$STATE/cluster.ip_forward")" || true
    rm -f "$STATE/cluster.ip_forward"
  fi
}

case ${1:-} in
  build | up | down) "$1" ;;
  *) die "usage: ${0##*/} build|up|down" ;;
esac
