/** Makes a fresh clone ready: installs what is missing, builds what is older than its source. Plain JavaScript: it runs before anything is built. */
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const changedMs = (path) => (existsSync(`${root}${path}`) ? statSync(`${root}${path}`).mtimeMs : 0)
const npm = (...args) =>
  execFileSync('npm', args, {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: process.platform === 'win32',
  })

// `ci` installs what the lockfile says, for any platform, and never writes it.
if (changedMs('node_modules/.package-lock.json') < changedMs('package-lock.json'))
  npm('ci', '--no-audit', '--no-fund')

const sources = readdirSync(`${root}harness`, { recursive: true }).map((file) => changedMs(`harness/${file}`))
if (changedMs('dist/cli/main.js') < Math.max(changedMs('package.json'), ...sources))
  npm('run', '--silent', 'build')
