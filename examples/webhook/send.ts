import { SecretCredential } from 'hopmint/reader';

// Tells a webhook of a release: the bytes that the chain has signed, and the signature beside them. The chain stores it as json.
const { SECRET = '', ACCOUNT = '', WEBHOOK_URL = '' } = process.env;

const credential = new SecretCredential({ secret: SECRET, account: ACCOUNT });
const { payload } = await credential.getCredential();
if (!payload) throw new Error(`${SECRET} does not hold what was signed: store it as json`);

const { status } = await credential.request({
  url: WEBHOOK_URL,
  method: 'POST',
  headers: { 'content-type': 'application/octet-stream' },
  data: payload,
});
console.log(`the webhook answered ${status}`);
