/** Pictures of pages that come out the same wherever they are taken: one font, no hinting, no sub-pixels, UTC. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import sharp from 'sharp'
import { CHROMIUM } from './browser.ts'

/** How somebody looks at a page. */
export const LOOKS = {
  light: { viewport: { width: 1280, height: 800 }, colorScheme: 'light' },
  dark: { viewport: { width: 1280, height: 800 }, colorScheme: 'dark' },
  narrow: { viewport: { width: 375, height: 800 }, colorScheme: 'light' },
} as const satisfies Record<string, BrowserContextOptions>
export type LookName = keyof typeof LOOKS

/** What CI installs: other faces of the same family, where a machine has them, would be taken for some words. */
const FACES = ['DejaVuSans', 'DejaVuSans-Bold', 'DejaVuSansMono', 'DejaVuSansMono-Bold']
const FONTS = '/usr/share/fonts/truetype/dejavu'

const FONT_RULES = (cacheFolder: string) => `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${FONTS}</dir>
  <cachedir>${cacheFolder}</cachedir>
  <selectfont>
    <rejectfont><glob>*</glob></rejectfont>
    ${FACES.map((face) => `<acceptfont><glob>${FONTS}/${face}.ttf</glob></acceptfont>`).join('')}
  </selectfont>
  <alias><family>monospace</family><prefer><family>DejaVu Sans Mono</family></prefer></alias>
  <match target="pattern"><edit name="family" mode="append_last"><string>DejaVu Sans</string></edit></match>
  <match target="font">
    <edit name="antialias" mode="assign"><bool>true</bool></edit>
    <edit name="hinting" mode="assign"><bool>false</bool></edit>
    <edit name="rgba" mode="assign"><const>none</const></edit>
  </match>
</fontconfig>
`

/** A browser that draws as every other does. */
export async function withPlainBrowser(body: (browser: Browser) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'proofload-fonts-'))
  const rules = join(folder, 'fonts.conf')
  writeFileSync(rules, FONT_RULES(folder))
  const browser = await chromium.launch({
    executablePath: CHROMIUM ?? '',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-lcd-text',
      '--font-render-hinting=none',
      '--force-color-profile=srgb',
    ],
    env: { ...process.env, FONTCONFIG_FILE: rules },
  })
  try {
    await body(browser)
  } finally {
    await browser.close()
    rmSync(folder, { recursive: true })
  }
}

/** A page of its own, seen like that. */
export async function pageSeen(browser: Browser, look: LookName): Promise<Page> {
  const context = await browser.newContext({
    ...LOOKS[look],
    deviceScaleFactor: 1,
    locale: 'en-US',
    timezoneId: 'UTC',
    reducedMotion: 'reduce',
    // The style that stills animations, and what a test breaks, come from outside; the policy is tested elsewhere.
    bypassCSP: true,
  })
  return await context.newPage()
}

/** What is on the page, to its very end, as PNG. */
export async function pictureOf(page: Page): Promise<Buffer> {
  await page.evaluate(
    'document.fonts.ready.then(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))))',
  )
  const shot = await page.screenshot({ fullPage: true, animations: 'disabled', caret: 'hide' })
  return await sharp(shot).png({ palette: true, dither: 0, compressionLevel: 9, effort: 10 }).toBuffer()
}
