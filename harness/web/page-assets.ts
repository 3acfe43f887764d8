/** Scripts and style of the pages, as `npm run build` bundles them. */
import { readFile } from 'node:fs/promises'
import { HarnessError } from '../base/errors.ts'
import { OWN_PACKAGE } from '../base/own-files.ts'

/** Texts that pages are made with: they know nothing of a run. */
export interface PageAssets {
  /** Script of stored reports and of pages about them. */
  readonly report: string
  /** Script of the live page. */
  readonly dashboard: string
  readonly style: string
}

const FOLDER = new URL('dist/web/browser/', OWN_PACKAGE)

/** @throws HarnessError INSTALLATION_BROKEN when the build is not there */
export async function loadPageAssets(): Promise<PageAssets> {
  const [report, dashboard, style] = await Promise.all(
    ['report.js', 'dashboard.js', 'page.css'].map((file) => readAsset(file)),
  )
  return { report: report ?? '', dashboard: dashboard ?? '', style: style ?? '' }
}

async function readAsset(file: string): Promise<string> {
  try {
    return await readFile(new URL(file, FOLDER), 'utf8')
  } catch (cause) {
    throw new HarnessError('INSTALLATION_BROKEN', `the page asset ${file} is missing`, {
      cause,
      hint: 'Build it: npm run build. In an installed package: install it again.',
    })
  }
}
