// A certified OpenID provider (panva's oidc-provider) as an outside identity provider in tests: one client, anyone can sign in by name.
// Arguments: the client's redirect URI, its secret. Writes its issuer to stdout; ends when its stdin does, so that it never outlives the test.
import { createServer } from 'node:http';
import Provider from 'oidc-provider';

const [redirectUri, secret] = process.argv.slice(2);
let answer;
const server = createServer((request, response) => answer(request, response));
server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [{ client_id: 'gdx', client_secret: secret, redirect_uris: [redirectUri], response_types: ['code'], grant_types: ['authorization_code'] }],
    claims: { openid: ['sub'], profile: ['name'], email: ['email'] },
    cookies: { keys: ['only for tests'] },
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, name: 'ผู้ทดสอบ มาตรฐาน', email: `${id}@welfare.go.th` }) }),
  });
  answer = provider.callback();
  console.log(issuer);
});
process.stdin.resume().on('end', () => process.exit(0));
