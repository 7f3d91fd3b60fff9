#!/usr/bin/env bash
# A cluster to try on this machine: a Redis and N silos (3 by default) with the demo's policy. Ctrl-C stops and removes all of it.
#
#   ./cluster.sh [N]        ports: 6390 Redis; silo i: 5180+i token endpoint, 5280+i management, 11180+i and 30080+i Orleans
set -euo pipefail
cd "$(dirname "$0")"

size=${1:-3}
[[ $size =~ ^[1-9]$ ]] || { echo "usage: ./cluster.sh [1-9]" >&2; exit 2; }

command -v redis-server > /dev/null || {
  echo "Installing redis-server"
  sudo=$([ "$(id -u)" -eq 0 ] || echo sudo)
  $sudo apt-get update -qq && $sudo apt-get install -y -qq redis-server > /dev/null
}

dir=$(mktemp -d)
pids=()
stop() {
  trap - EXIT INT TERM

  # The silos before the Redis, so that they can say good-bye to it.
  kill "${pids[@]:1}" 2> /dev/null || true
  wait "${pids[@]:1}" 2> /dev/null || true
  kill $(jobs -p) 2> /dev/null || true
  wait
  rm -rf "$dir"
}
trap stop EXIT
trap 'exit 130' INT TERM

for port in 6390 $(seq 5181 $((5180 + size))) $(seq 5281 $((5280 + size))); do
  ! (: < "/dev/tcp/127.0.0.1/$port") 2> /dev/null || { echo "Port $port is in use." >&2; exit 1; }
done

dotnet build src/Silo -c Release -v q --nologo -clp:ErrorsOnly > "$dir/build.log" || { cat "$dir/build.log" >&2; exit 1; }
silo="src/Silo/bin/Release/net10.0/ExchangeCluster.Silo.dll"

# A login issuer of its own: an RSA key, whose public half the policy names.
base64url() { openssl base64 -A | tr '+/' '-_' | tr -d '='; }
openssl genrsa -out "$dir/login.pem" 2048 2> /dev/null
modulus=$(openssl rsa -in "$dir/login.pem" -noout -modulus | cut -d= -f2 | sed 's/../\\x&/g')
echo '{"keys":[{"kty":"RSA","kid":"login","use":"sig","alg":"RS256","e":"AQAB","n":"'"$(printf '%b' "$modulus" | base64url)"'"}]}' > "$dir/login.jwks"
login() { # subject, scope
  local now head body
  now=$(date +%s)
  head=$(printf '{"alg":"RS256","typ":"at+jwt","kid":"login"}' | base64url)
  body=$(printf '{"iss":"https://login.shop.example","sub":"%s","aud":"https://web.shop.example","client_id":"web","scope":"%s","country":"NO","iat":%d,"exp":%d,"jti":"%s"}' \
    "$1" "$2" "$now" $((now + 3600)) "$(openssl rand -hex 8)" | base64url)
  printf '%s.%s.%s' "$head" "$body" "$(printf '%s.%s' "$head" "$body" | openssl dgst -sha256 -sign "$dir/login.pem" -binary | base64url)"
}
tokens() {
  login alice "browse orders.place" > "$dir/alice.jwt"
  login admin "browse exchange.admin" > "$dir/admin.jwt"
}
tokens

sed -e 's|http://127.0.0.1:5080|https://sts.shop.example|' -e 's|http://127.0.0.1:5082|https://login.shop.example\n    jwks_file: login.jwks|' \
  src/Silo/Demo/demo-policy.yaml > "$dir/policy.yaml"

# Quiet about Ctrl-C: this script stops them.
setsid redis-server --port 6390 --bind 127.0.0.1 --dir "$dir" --save "" --appendonly yes --appendfsync always \
  --maxmemory-policy noeviction > "$dir/redis.log" &
pids+=($!)
until (: < /dev/tcp/127.0.0.1/6390) 2> /dev/null; do sleep 0.05; done

export ASPNETCORE_ENVIRONMENT=Production
export ExchangeCluster__Redis=127.0.0.1:6390 ExchangeCluster__KeyEncryptionKey=$(openssl rand -base64 32)
export ExchangeCluster__PolicyFile=$dir/policy.yaml
dotnet "$silo" initialize > /dev/null
for i in $(seq "$size"); do
  setsid dotnet "$silo" --urls="http://127.0.0.1:$((5180 + i))" --ExchangeCluster:ManagementUrl="http://127.0.0.1:$((5280 + i))" \
    --ExchangeCluster:DataDirectory="$dir/silo$i" --ExchangeCluster:SiloPort=$((11180 + i)) --ExchangeCluster:GatewayPort=$((30080 + i)) > "$dir/silo$i.log" 2>&1 &
  pids+=($!)
done
for i in $(seq "$size"); do
  until curl -sf "http://127.0.0.1:$((5280 + i))/health/ready" > /dev/null; do
    kill -0 "${pids[$i]}" 2> /dev/null || { cat "$dir/silo$i.log" >&2; exit 1; }
    sleep 0.1
  done
done

cat << TEXT
$size silos run; their logs are in $dir. Kill one (process ids: ${pids[*]:1}) and go on with the others. Paste into another shell:

# Exchange alice's login for a token for orders, at each silo:
exchange() { curl -s "http://127.0.0.1:\$1/oauth/token" -u web:demo-secret-of-web -d grant_type=urn:ietf:params:oauth:grant-type:token-exchange \\
  -d subject_token_type=urn:ietf:params:oauth:token-type:access_token -d audience="\$2" -d subject_token="\$(cat $dir/\$3.jwt)"; echo; }
$(for i in $(seq "$size"); do echo "exchange $((5180 + i)) orders alice"; done)

# Revoke whatever alice has, at the last silo, and see every silo refuse it:
ADMIN=\$(exchange 5181 https://sts.shop.example admin | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')
curl -s "http://127.0.0.1:$((5280 + size))/admin/revocations" -H "Authorization: Bearer \$ADMIN" -H "Content-Type: application/json" \\
  -d '{"subjects":[{"iss":"https://login.shop.example","sub":"alice"}]}'; echo
$(for i in $(seq "$size"); do echo "exchange $((5180 + i)) orders alice"; done)

Ctrl-C here stops everything and removes it.
TEXT

# A login lives for an hour.
while sleep 1800 & wait $!; do tokens; done
