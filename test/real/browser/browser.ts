import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { reportAs } from '../../../shared/report/formats.ts';
import type { ShownReport } from '../../../shared/report/words/shown-report.ts';
import { filtered, filterOf } from '../../../shared/report/words/view.ts';
import { NOW } from '../../report/parts.ts';

/** Starts Debian's Chromium with a new profile and without requests of its own. */
const launch = (): Promise<Browser> =>
  chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });

/** Serves each report as a page under its path, with the headers of the audit function. */
async function serve(reports: ReadonlyMap<string, ShownReport>): Promise<Server> {
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    const report = reports.get(pathname);
    const filter =
      report &&
      filterOf(
        { chain: searchParams.getAll('chain'), severity: searchParams.getAll('severity') },
        report,
      );
    if (!report || !filter?.ok) return response.writeHead(400).end();
    const { body, headers, contentType } = reportAs(filtered(report, filter.value), 'html', NOW);
    return response.writeHead(200, { ...headers, 'Content-Type': contentType }).end(body);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return server;
}

export type OpenPage = {
  readonly page: Page;
  /** The URLs that the page has requested. */
  readonly requests: string[];
  /** Its console messages, errors and dialogs. */
  readonly messages: string[];
};

export type Pages = {
  readonly url: string;
  open(path: string, options?: BrowserContextOptions): Promise<OpenPage>;
  close(): Promise<void>;
};

export async function openPages(reports: ReadonlyMap<string, ShownReport>): Promise<Pages> {
  const [server, browser] = await Promise.all([serve(reports), launch()]);
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    open: async (path, options) => {
      const context = await browser.newContext({
        viewport: { width: 1280, height: 900 },
        permissions: ['clipboard-read', 'clipboard-write'],
        ...options,
      });
      const page = await context.newPage();
      const [requests, messages]: [string[], string[]] = [[], []];
      page.on('request', (request) => requests.push(request.url()));
      page.on('console', (message) => messages.push(message.text()));
      page.on('pageerror', (error) => messages.push(error.message));
      page.on('dialog', (dialog) => {
        messages.push(`dialog: ${dialog.message()}`);
        void dialog.dismiss();
      });
      if (options?.javaScriptEnabled !== false) await page.clock.setFixedTime(NOW);
      await page.goto(url + path);
      return { page, requests, messages };
    },
    close: async () => {
      await browser.close();
      await new Promise((done) => server.close(done));
    },
  };
}
