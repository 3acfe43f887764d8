/** Scripts and style of the pages, as `npm run build` bundles them. */
import { readFile } from 'node:fs/promises'
import { HarnessError } from '../base/errors.ts'
import type { PageAssets } from '../model/page-assets.ts'

/** The same folder from the sources and from `dist/`. */
const FOLDER = new URL('../../dist/browser/', import.meta.url)

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
