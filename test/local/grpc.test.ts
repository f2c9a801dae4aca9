import iamCredentials from '@google-cloud/iam-credentials/build/protos/protos.json' with {
  type: 'json',
};
import copies from '../../local/grpc/protos.json' with { type: 'json' };
import { httpRulesOf, transcode } from '../../local/grpc/transcode.ts';

const http = (rule: object) => httpRulesOf([{ '(google.api.http)': rule }]);

describe('A gRPC request becomes the HTTP request of its method', () => {
  it.each([
    {
      situation: 'with its body',
      rule: { post: '/v1/{name=projects/*/serviceAccounts/*}:signBlob', body: '*' },
      message: { name: 'projects/-/serviceAccounts/a@b', payload: 'AA==' },
      request: {
        httpMethod: 'POST',
        target: '/v1/projects/-/serviceAccounts/a%40b:signBlob',
        body: { payload: 'AA==' },
      },
    },
    {
      situation: 'with one field as the body, and a mask',
      rule: { patch: '/v1/{secret.name=projects/*/secrets/*}', body: 'secret' },
      message: { secret: { name: 'projects/p/secrets/s', etag: 'e' }, updateMask: 'labels' },
      request: {
        httpMethod: 'PATCH',
        target: '/v1/projects/p/secrets/s?updateMask=labels',
        body: { etag: 'e' },
      },
    },
    {
      situation: 'without a body, with fields of fields in the query',
      rule: { get: '/v1/{resource=projects/*/secrets/*}:getIamPolicy' },
      message: { resource: 'projects/p/secrets/s', options: { requestedPolicyVersion: 3 } },
      request: {
        httpMethod: 'GET',
        target: '/v1/projects/p/secrets/s:getIamPolicy?options.requestedPolicyVersion=3',
      },
    },
    {
      situation: 'by its second rule',
      rule: {
        get: '/v1/{parent=projects/*}/secrets',
        additional_bindings: { get: '/v1/{parent=projects/*/locations/*}/secrets' },
      },
      message: { parent: 'projects/p/locations/l', pageSize: 5 },
      request: { httpMethod: 'GET', target: '/v1/projects/p/locations/l/secrets?pageSize=5' },
    },
    {
      situation: 'of no rule',
      rule: { get: '/v1/{name=projects/*/secrets/*}' },
      message: { name: 'projects/p/topics/t' },
      request: undefined,
    },
  ])('$situation', ({ rule, message, request }) => {
    expect(transcode(http(rule), message)).toEqual(request && { body: undefined, ...request });
  });
});

it("has the protos of Google's client of IAM Credentials", () => {
  expect(copies.credentials).toEqual(iamCredentials.nested.google.nested.iam.nested.credentials);
});
