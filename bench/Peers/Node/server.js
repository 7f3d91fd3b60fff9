// node oidc-provider with a token exchange grant, as its documentation says to add one: ES256, plain JWT access tokens, its in-memory
// adapter. It authenticates the client, verifies the subject token (its own, by its own keys) and issues another.
import { generateKeyPairSync } from 'node:crypto';
import { createLocalJWKSet, jwtVerify } from 'jose';
import Provider from 'oidc-provider';

const issuer = 'https://sts.shop.example';
const exchange = 'urn:ietf:params:oauth:grant-type:token-exchange';
const jwk = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' });
const keys = [{ ...jwk, kid: 'key', alg: 'ES256', use: 'sig' }];
const { d, ...publicKey } = keys[0];
const verificationKeys = createLocalJWKSet({ keys: [publicKey] });

const provider = new Provider(issuer, {
  clients: [{
    client_id: 'web0', client_secret: 'secret-of-web0-0123456789abcdef', grant_types: [exchange, 'client_credentials'],
    redirect_uris: [], response_types: [], token_endpoint_auth_method: 'client_secret_basic', id_token_signed_response_alg: 'ES256',
  }],
  jwks: { keys },
  routes: { token: '/oauth/token' },
  scopes: ['a', 'b', 'c', 'd'],
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => 'https://api0.shop.example',
      useGrantedResource: () => true,
      getResourceServerInfo: () => ({ scope: 'a b c d', accessTokenFormat: 'jwt', accessTokenTTL: 3000, jwt: { sign: { alg: 'ES256' } } }),
    },
  },
});

provider.registerGrantType(exchange, async (ctx) => {
  const { client, params } = ctx.oidc;
  const subject = await jwtVerify(params.subject_token, verificationKeys, { issuer, typ: 'at+jwt', algorithms: ['ES256'] });
  const token = new provider.ClientCredentials({ client, scope: 'a b c d' });
  token.resourceServer = new provider.ResourceServer('https://api0.shop.example', { scope: 'a b c d', accessTokenFormat: 'jwt', accessTokenTTL: 300, jwt: { sign: { alg: 'ES256' } } });
  token.extra = { sub: subject.payload.sub };
  ctx.body = {
    access_token: await token.save(), issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
    token_type: 'Bearer', expires_in: token.expiration, scope: token.scope,
  };
}, ['audience', 'scope', 'subject_token', 'subject_token_type']);

provider.proxy = true;
provider.listen(Number(process.argv[2]), '127.0.0.1');
