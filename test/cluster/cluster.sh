#!/usr/bin/env bash
# PID 1 of the cluster's namespaces; .ci/engines/kubernetes.sh starts it, nobody else does. If any component ends, this ends,
# and with it everything in the PID namespace: a broken cluster is never mistaken for a slow one.
# From the caller: K8S_STATE (a folder), K8S_BIN (build.sh's), K8S_API_PORT.
set -euo pipefail
bin=$K8S_BIN
pki=$K8S_STATE/pki
logs=$K8S_STATE/logs
declare -A names

start() {
  local name=$1
  shift
  "$@" >"$logs/$name.log" 2>&1 &
  names[$!]=$name
}
# Ends the cluster as soon as a component has ended.
check() {
  local pid
  for pid in "${!names[@]}"; do
    if ! kill -0 "$pid" 2>/dev/null; then
      echo "${names[$pid]} ended: see $logs/${names[$pid]}.log"
      exit 1
    fi
  done
}

# Paths that kubelet, libcni and the shims hard-code: private ones here, so that
# nothing is left on the host. (unshare already made this mount tree private.)
for path in /var/lib/kubelet /var/lib/cni /var/log/containers /run/containerd; do
  mkdir -p "$path"
  mount -t tmpfs tmpfs "$path"
done
# The kubelet sets these sysctls, which have no namespace, for the whole host.
# It leaves alone one that already reads as it wants, so show it such a file.
mkdir -p "$K8S_STATE/sysctl"
for setting in vm/overcommit_memory=1 vm/panic_on_oom=0 kernel/panic=10 kernel/panic_on_oops=1 \
  kernel/keys/root_maxkeys=1000000 kernel/keys/root_maxbytes=25000000; do
  path=${setting%=*}
  echo "${setting#*=}" >"$K8S_STATE/sysctl/${path//\//.}"
  mount --bind "$K8S_STATE/sysctl/${path//\//.}" "/proc/sys/$path"
done

start etcd "$bin/etcd" \
  --name=test --data-dir="$K8S_STATE/etcd" --unsafe-no-fsync --log-level=warn \
  --listen-client-urls=http://127.0.0.1:2379 --advertise-client-urls=http://127.0.0.1:2379 \
  --listen-peer-urls=http://127.0.0.1:2380 --initial-advertise-peer-urls=http://127.0.0.1:2380 \
  --initial-cluster=test=http://127.0.0.1:2380
start containerd containerd --config "$K8S_STATE/containerd.toml"
start kube-apiserver "$bin/kube-apiserver" \
  --bind-address=127.0.0.1 --secure-port="$K8S_API_PORT" \
  --advertise-address=127.0.0.1 --endpoint-reconciler-type=none \
  --etcd-servers=http://127.0.0.1:2379 \
  --service-cluster-ip-range=10.96.0.0/24 \
  --authorization-mode=Node,RBAC --enable-admission-plugins=NodeRestriction \
  --client-ca-file="$pki/ca.crt" \
  --tls-cert-file="$pki/kube-apiserver.crt" --tls-private-key-file="$pki/kube-apiserver.key" \
  --kubelet-certificate-authority="$pki/ca.crt" \
  --kubelet-client-certificate="$pki/apiserver-to-kubelet.crt" --kubelet-client-key="$pki/apiserver-to-kubelet.key" \
  --kubelet-preferred-address-types=InternalIP \
  --service-account-issuer=https://kubernetes.default.svc \
  --service-account-key-file="$pki/service-accounts.key" \
  --service-account-signing-key-file="$pki/service-accounts.key"

until ctr --address "$K8S_STATE/containerd.sock" version >/dev/null 2>&1; do check; sleep 0.1; done
ctr --address "$K8S_STATE/containerd.sock" --namespace k8s.io images import "$K8S_STATE/pause.tar" >/dev/null

until curl -fs -o /dev/null --cacert "$pki/ca.crt" --cert "$pki/admin.crt" --key "$pki/admin.key" \
  "https://127.0.0.1:$K8S_API_PORT/readyz"; do check; sleep 0.1; done
start kubelet "$bin/kubelet" \
  --config="$K8S_STATE/kubelet.yaml" --kubeconfig="$K8S_STATE/kubelet.kubeconfig" \
  --hostname-override=127.0.0.1 --root-dir="$K8S_STATE/kubelet"
# Its own identity may hardly do anything: each controller needs the rights of its
# own ServiceAccount, or the node's not-ready taint, for one, is never taken off.
# The default of 20 requests a second alone adds 5 s before the controllers run.
start kube-controller-manager "$bin/kube-controller-manager" \
  --kubeconfig="$K8S_STATE/kube-controller-manager.kubeconfig" \
  --authentication-skip-lookup \
  --bind-address=127.0.0.1 --leader-elect=false --use-service-account-credentials \
  --kube-api-qps=300 --kube-api-burst=600 \
  --service-account-private-key-file="$pki/service-accounts.key" --root-ca-file="$pki/ca.crt"
start kube-scheduler "$bin/kube-scheduler" \
  --kubeconfig="$K8S_STATE/kube-scheduler.kubeconfig" \
  --authentication-skip-lookup \
  --bind-address=127.0.0.1 --leader-elect=false
touch "$K8S_STATE/started"

while :; do check; sleep 1; done
