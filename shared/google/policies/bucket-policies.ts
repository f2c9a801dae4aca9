import { z } from 'zod';
import type { Policies } from '../../cloud/policies.ts';
import { ok } from '../../domain/basics/result.ts';
import type { Hosts, Http } from '../wire/http.ts';
import { POLICY_VERSION, PolicyBody } from '../wire/policy-body.ts';
import { read } from '../wire/read.ts';

const BucketBody = z.object({ projectNumber: z.string().regex(/^\d+$/) });

/** Cloud Storage: the project and the allow policy of a bucket. */
export function bucketPoliciesOf(
  http: Http,
  hosts: Hosts,
): Pick<Policies, 'bucketProject' | 'bucketPolicy'> {
  const at = (bucket: string) => `${hosts.storage}/storage/v1/b/${encodeURIComponent(bucket)}`;
  return {
    /** @see https://cloud.google.com/storage/docs/json_api/v1/buckets/get */
    async bucketProject(bucket, signal) {
      const url = `${at(bucket)}?fields=projectNumber`;
      const result = await read(http, { operation: 'bucket', url, schema: BucketBody }, signal);
      return result.ok ? ok(`projects/${result.value.projectNumber}`) : result;
    },

    /** @see https://cloud.google.com/storage/docs/json_api/v1/buckets/getIamPolicy */
    bucketPolicy(bucket, signal) {
      const url = `${at(bucket)}/iam?optionsRequestedPolicyVersion=${POLICY_VERSION}`;
      return read(http, { operation: 'allow policy', url, schema: PolicyBody }, signal);
    },
  };
}
