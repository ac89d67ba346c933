// Run by `npm start` and `npm test` before anything else, on whatever Node the machine has: plain JavaScript, no packages.
// Installs what is missing, builds the dashboard when its sources changed, and says what it is doing. Nothing to do: no wait.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import buildDashboard from './dashboard.mjs'
import buildProgram from './program.mjs'
import { hashOf, node, root, run, stop } from './steps.mjs'

await install()
await buildDashboard()
await buildProgram()
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

/** Real services that tests talk to, from Debian's packages. */
async function installServices() {
  const needed = [
    { file: '/usr/bin/chromium', pack: 'chromium' },
    // The same engine without a window: screens are tested in two thirds of the time. Without it they are tested in Chromium.
    { file: '/usr/bin/chromium-headless-shell', pack: 'chromium-headless-shell', may: true },
    { file: '/usr/sbin/mosquitto', pack: 'mosquitto' },
    { file: '/usr/bin/mosquitto_sub', pack: 'mosquitto-clients' },
    { file: '/usr/bin/influxd', pack: 'influxdb' },
    { file: '/usr/bin/victoria-metrics', pack: 'victoria-metrics' },
    { file: '/usr/bin/protoc', pack: 'protobuf-compiler' },
    { file: '/usr/bin/socat', pack: 'socat' },
    { file: '/usr/bin/mbpoll', pack: 'mbpoll' },
    { file: '/usr/bin/sftp', pack: 'openssh-client' },
    { file: '/usr/sbin/sshd', pack: 'openssh-server' },
    { file: '/usr/bin/strace', pack: 'strace' },
    { file: '/usr/bin/systemd-analyze', pack: 'systemd' },
    { file: '/usr/bin/faketime', pack: 'faketime' },
    { file: '/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc', pack: 'fonts-noto-cjk' },
  ].filter(({ file }) => !existsSync(file))
  if (needed.length === 0) return
  const must = needed.filter(({ may }) => !may)
  if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    const env = { DEBIAN_FRONTEND: 'noninteractive' }
    const apt = ['-o', 'DPkg::Lock::Timeout=300', '-qq', '-y']
    await run('Looking up Debian packages', 'apt-get', [...apt, 'update'], env)
    const fetch = packs =>
      withoutStarting(() =>
        run(
          `Installing for the tests: ${packs.join(' ')}`,
          'apt-get',
          [...apt, 'install', '--no-install-recommends', ...packs],
          env,
        ),
      )
    for (const { pack } of needed.filter(({ may }) => may)) await fetch([pack])
    const packs = must.map(({ pack }) => pack)
    if (packs.length > 0) await fetch(packs)
    // Nor at the next boot: a machine that had no SSH server is not to have one for our sake.
    if (packs.includes('openssh-server') && existsSync('/usr/bin/systemctl'))
      spawnSync('systemctl', ['disable', 'ssh.service', 'ssh.socket'], { stdio: 'ignore' })
  }
  const packs = must.filter(({ file }) => !existsSync(file)).map(({ pack }) => pack)
  if (packs.length === 0) return
  stop(
    `The tests need ${packs.join(', ')}. Install them and run again; on Debian or Ubuntu: sudo apt-get install ${packs.join(' ')}`,
  )
}

/** Tests start what they need by themselves: what a package brings as a service of the machine is not started. [invoke-rc.d(8)] */
async function withoutStarting(work) {
  const policy = '/usr/sbin/policy-rc.d'
  if (existsSync(policy)) return await work()
  try {
    writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755, flag: 'wx' })
    return await work()
  } finally {
    rmSync(policy, { force: true })
  }
}
