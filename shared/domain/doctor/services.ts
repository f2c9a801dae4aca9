import type { Failure } from '../basics/failure.ts';
import type { Result } from '../basics/result.ts';
import { commandLine } from '../basics/text/shell-line.ts';
import type { Service } from './facts.ts';
import { accountsOf, FUNCTIONS, type FunctionName, type Installation } from './installation.ts';
import { failed, type Judged, ok, together, unread } from './judged.ts';

/** The services of the functions that were found. */
export type Found = Readonly<Partial<Record<FunctionName, Service>>>;

/** @param region where there are services of the same name in several regions */
export const functionsIn = (services: readonly Service[], region: string | undefined): Found =>
  Object.fromEntries(
    FUNCTIONS.flatMap((name) => {
      const same = services.filter((service) => service.name === `hopmint-${name}`);
      const found =
        same.find((service) => service.region === region) ??
        (region === undefined ? same[0] : undefined);
      return found ? [[name, found]] : [];
    }),
  );

/** The service may be in another region than the one that was named. */
export const noService = ({ project, settings: { region } }: Installation, name: FunctionName) =>
  `there is no service hopmint-${name} in ${region === undefined ? '' : `${region} of `}${project}`;

/** One result for each function. A function without a service is not installed. */
export function judgeEach(
  installation: Installation,
  found: Result<Found, Failure>,
  judge: (name: FunctionName, service: Service) => Judged,
  names: readonly FunctionName[] = FUNCTIONS,
): Judged {
  if (!found.ok) return unread(`the services of ${installation.project}`, found.error);
  return together(
    names.map((name) => {
      const service = found.value[name];
      return service
        ? judge(name, service)
        : failed(noService(installation, name), 'terraform apply');
    }),
  );
}

/** The build pushes to this repository. Anything else is a placeholder, or an image that we did not make. */
export const judgeImages = (installation: Installation, found: Result<Found, Failure>): Judged =>
  judgeEach(installation, found, (name, { image, command, region }) => {
    const isOurs = image.includes(`/${installation.project}/hopmint/`);
    if (isOurs && command.length === 0) return ok(`${name} ${image.split('/').at(-1)}`);
    const what = command.length > 0 ? `runs ${command.join(' ')} in ${image}` : `runs ${image}`;
    return failed(
      `${name} ${what}, which is no image of Hopmint: it answers no message`,
      commandLine('deploy/build', [installation.project, region]),
    );
  });

export function judgeServiceAccounts(
  installation: Installation,
  found: Result<Found, Failure>,
): Judged {
  const accounts = accountsOf(installation);
  return judgeEach(installation, found, (name, service) => {
    const expected = accounts[name];
    if (service.account === expected) return ok(`${name} runs as ${expected}`);
    return failed(
      `${name} runs as ${service.account || 'the default account'}, and not as ${expected}`,
      commandLine('gcloud run services update', [
        service.name,
        `--service-account=${expected}`,
        `--region=${service.region}`,
        `--project=${installation.project}`,
      ]),
    );
  });
}
