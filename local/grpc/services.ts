import { readFile } from 'node:fs/promises';
import protobuf from 'protobufjs';
import copies from './protos.json' with { type: 'json' };
import { type HttpRule, httpRulesOf } from './transcode.ts';

/** A unary method of a gRPC service. */
export type GrpcMethod = {
  /** As in `/google.pubsub.v1.Publisher/CreateTopic`. */
  readonly path: string;
  readonly request: protobuf.Type;
  readonly response: protobuf.Type;
  readonly rules: readonly HttpRule[];
};

/** Google's own protos, in the packages of its clients. `hopmint` needs no client of IAM Credentials: its protos are a copy. */
const SOURCES = [
  {
    package: '@google-cloud/secret-manager',
    services: [
      'google.cloud.secretmanager.v1.SecretManagerService',
      'google.iam.v1.IAMPolicy',
      'google.iam.credentials.v1.IAMCredentials',
    ],
  },
  {
    package: '@google-cloud/pubsub',
    services: ['google.pubsub.v1.Publisher', 'google.pubsub.v1.Subscriber'],
  },
];

/** In the protos this is a POST. Pub/Sub has a GET. @see https://cloud.google.com/pubsub/docs/reference/rest/v1/projects.topics/getIamPolicy */
const OTHER_RULES: Readonly<Record<string, HttpRule>> = {
  '/google.iam.v1.IAMPolicy/GetIamPolicy': {
    httpMethod: 'GET',
    template: '/v1/{resource=**}:getIamPolicy',
    body: undefined,
  },
};

/** Every unary method of the services. Streams are left out. */
export async function grpcMethods(): Promise<GrpcMethod[]> {
  const methods = await Promise.all(
    SOURCES.map(async (source) => {
      const file = import.meta.resolve(`${source.package}/build/protos/protos.json`);
      const root = protobuf.Root.fromJSON(JSON.parse(await readFile(new URL(file), 'utf8')));
      root.define('google.iam').addJSON({ credentials: copies.credentials } as never);
      return source.services.flatMap((name) => methodsOf(root.lookupService(name)));
    }),
  );
  return methods.flat();
}

const methodsOf = (service: protobuf.Service): GrpcMethod[] =>
  service.methodsArray
    .filter((method) => !method.requestStream && !method.responseStream)
    .map((method) => {
      method.resolve();
      const { resolvedRequestType: request, resolvedResponseType: response } = method;
      if (request === null || response === null) throw new TypeError(`no type in ${method}`);
      const path = `/${service.fullName.slice(1)}/${method.name}`;
      const rule = OTHER_RULES[path];
      const rules = rule ? [rule] : httpRulesOf(method.parsedOptions as never);
      return { path, request, response, rules };
    });
