import { accessSync, constants } from 'node:fs'
import { join } from 'node:path'
import { type BrowserServer, chromium } from 'playwright-core'

/** The variable that tells test files where the browser listens that they share. */
export const SHARED_BROWSER = 'PROOFLOAD_TEST_BROWSER'
/** Tests run as root in containers, where the sandbox of the browser cannot be set up. */
export const BROWSER_FLAGS = ['--no-sandbox', '--disable-dev-shm-usage']

/** The browser that test files share, started when the first of them comes. */
export class SharedBrowser {
  #server: Promise<BrowserServer> | null = null

  /** The address it listens at; absent where there is no browser. */
  async address(): Promise<string | undefined> {
    const executablePath = findChromium()
    if (executablePath === null) return undefined
    // Signals are for the test run, which closes it.
    const signals = { handleSIGINT: false, handleSIGTERM: false, handleSIGHUP: false }
    this.#server ??= chromium.launchServer({ executablePath, args: BROWSER_FLAGS, ...signals })
    return (await this.#server).wsEndpoint()
  }

  async close(): Promise<void> {
    await (await this.#server)?.close()
  }

  async kill(): Promise<void> {
    await (await this.#server)?.kill()
  }
}

/** Finds the browser of the system; null where there is none. */
export function findChromium(): string | null {
  for (const folder of (process.env['PATH'] ?? '').split(':'))
    for (const name of ['chromium', 'chromium-browser', 'google-chrome']) {
      const file = join(folder, name)
      try {
        accessSync(file, constants.X_OK)
        return file
      } catch {
        // Not this one.
      }
    }
  return null
}
