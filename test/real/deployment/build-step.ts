import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { z } from 'zod';

const Step = z.object({ id: z.string(), script: z.string().optional() });
const Build = z.object({ steps: z.array(Step) });

/** The shell script of a step of a build file. */
export async function scriptOf(path: string, id: string): Promise<string> {
  const { steps } = Build.parse(parse(await readFile(path, 'utf8')));
  const script = steps.find((step) => step.id === id)?.script;
  if (script === undefined) throw new Error(`${path} has no step ${id} with a script`);
  return script;
}
