// Run by `npm start` and `npm test` before anything else, on whatever Node the machine has: plain JavaScript, no packages.
// Installs what is missing, builds the dashboard when its sources changed, and says what it is doing. Nothing to do: no wait.
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'

const root = join(import.meta.dirname ?? new URL('.', import.meta.url).pathname, '..')
const node = join(root, 'node_modules', '.bin', 'node')
const say = line => process.stdout.write(`${line}\n`)
const stop = line => {
  process.stderr.write(`\n${line}\n`)
  process.exit(1)
}

await install()
await buildDashboard()
if (process.argv.includes('--services')) await installServices()

/** Packages as in the lock file, exactly; again when the lock file changed. */
async function install() {
  const stamp = join(root, 'node_modules', '.gatehouse-installed')
  const wanted = hashOf([join(root, 'package-lock.json')])
  if (existsSync(node) && existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return
  const npm = process.env.npm_execpath
  const [command, first] = npm ? [process.execPath, [npm]] : ['npm', []]
  const code = await run(
    'Installing packages, about a minute the first time',
    command,
    [...first, 'ci', '--include=dev'],
    {
      NODE_ENV: undefined,
    },
  )
  if (code !== 0)
    stop(
      'The packages could not be installed (see above). The machine needs to reach the npm registry once; then run the command again.',
    )
  const version = spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout?.trim() ?? ''
  if (!version.startsWith('v24.'))
    stop(
      `Gatehouse runs on its own Node 24, but the package "node" gave ${version || 'nothing'}. Was its install script blocked? Run: npm rebuild node`,
    )
  writeFileSync(stamp, wanted)
}

async function buildDashboard() {
  const stamp = join(root, 'dashboard', 'dist', '.built')
  const sources = ['dashboard', 'rules', 'drivers/point.ts', 'gateway/http/contract.ts'].flatMap(path =>
    filesBelow(join(root, path)),
  )
  const wanted = hashOf([...sources, join(root, 'package-lock.json')])
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return
  const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js')
  const code = await run('Building the dashboard', node, [vite, 'build', 'dashboard', '--logLevel', 'warn'])
  if (code !== 0) stop('The dashboard could not be built (see above).')
  mkdirSync(join(root, 'dashboard', 'dist'), { recursive: true })
  writeFileSync(stamp, wanted)
}

/** Real services that tests talk to, from Debian's packages. */
async function installServices() {
  const needed = [
    { file: '/usr/bin/chromium', pack: 'chromium' },
    { file: '/usr/sbin/mosquitto', pack: 'mosquitto' },
    { file: '/usr/bin/mosquitto_sub', pack: 'mosquitto-clients' },
    { file: '/usr/bin/socat', pack: 'socat' },
    { file: '/usr/bin/mbpoll', pack: 'mbpoll' },
    { file: '/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc', pack: 'fonts-noto-cjk' },
  ].filter(({ file }) => !existsSync(file))
  if (needed.length === 0) return
  const packs = needed.map(({ pack }) => pack)
  if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    const env = { DEBIAN_FRONTEND: 'noninteractive' }
    const apt = ['-o', 'DPkg::Lock::Timeout=300', '-qq', '-y']
    await run('Looking up Debian packages', 'apt-get', [...apt, 'update'], env)
    const code = await run(
      `Installing for the tests: ${packs.join(' ')}`,
      'apt-get',
      [...apt, 'install', '--no-install-recommends', ...packs],
      env,
    )
    if (code === 0 && needed.every(({ file }) => existsSync(file))) return
  }
  stop(
    `The tests need ${packs.join(', ')}. Install them and run again; on Debian or Ubuntu: sudo apt-get install ${packs.join(' ')}`,
  )
}

function run(what, command, args, env = {}) {
  say(`${what} …`)
  const started = Date.now()
  return new Promise(resolve => {
    const output = []
    const child = spawn(command, args, {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...env },
    })
    for (const stream of [child.stdout, child.stderr]) stream.on('data', chunk => output.push(chunk))
    const tick = setInterval(() => say(`  … ${Math.round((Date.now() - started) / 1000)} s`), 10_000)
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => child.kill(signal))
    const end = code => {
      clearInterval(tick)
      if (code === 0) say(`  done in ${Math.round((Date.now() - started) / 1000)} s`)
      else process.stderr.write(Buffer.concat(output))
      resolve(code)
    }
    child.once('error', error => {
      process.stderr.write(`${error.message}\n`)
      end(1)
    })
    child.once('exit', code => end(code ?? 1))
  })
}

function filesBelow(path) {
  if (!existsSync(path)) return []
  const found = []
  const walk = folder => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      if (entry.name === 'dist' || entry.name === 'node_modules') continue
      if (entry.isDirectory()) walk(join(folder, entry.name))
      else found.push(join(folder, entry.name))
    }
  }
  if (path.endsWith('.ts')) return [path]
  walk(path)
  return found.sort()
}

function hashOf(paths) {
  const hash = createHash('sha256')
  for (const path of paths) hash.update(path.slice(root.length)).update(existsSync(path) ? readFileSync(path) : '')
  return hash.digest('hex')
}
