import type { Deployment } from '../../cloud/deployment.ts';
import type { Failure } from '../../domain/basics/failure.ts';
import { err, ok, type Result } from '../../domain/basics/result.ts';
import type { Hosts, Http } from '../wire/http.ts';
import { retrying } from '../wire/retry.ts';
import type { Wire } from '../wire/wire.ts';

/** The Date of a refusal is as good as that of a success, and needs no credential. @see https://www.rfc-editor.org/rfc/rfc9110#name-date */
export const googleTimeOf =
  (http: Http, hosts: Hosts, wire: Wire): Deployment['googleTime'] =>
  (signal) => {
    const url = `${hosts.oauth2}/tokeninfo`;
    const attempt = async (): Promise<Result<Date, Failure>> => {
      const { date } = await http({ method: 'POST', url, form: {}, anonymous: true, signal });
      const time = new Date(date ?? '');
      return Number.isNaN(time.getTime())
        ? err({ reason: 'cloud-busy', detail: 'no answer with a date' })
        : ok(time);
    };
    return retrying(attempt, signal, wire);
  };
