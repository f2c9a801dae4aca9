import type { Deployment } from '../../cloud/deployment.ts';
import { err, ok } from '../../domain/basics/result.ts';
import type { Hosts, Http } from '../wire/http.ts';

/** The Date of a refusal is as good as that of a success, and needs no credential. @see https://www.rfc-editor.org/rfc/rfc9110#name-date */
export const googleTimeOf =
  (http: Http, hosts: Hosts): Deployment['googleTime'] =>
  async (signal) => {
    const url = `${hosts.oauth2}/tokeninfo`;
    const { date } = await http({ method: 'POST', url, form: {}, anonymous: true, signal });
    const time = new Date(date ?? '');
    return Number.isNaN(time.getTime())
      ? err({ reason: 'cloud-busy', detail: 'the time of Google: no answer with a date' })
      : ok(time);
  };
