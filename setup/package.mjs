// `npm run package [-- --arch arm64 --out folder --version 1.2.3 --fast]`: dist/gatehouse_<version>_<arch>.deb. With `--tree
// <folder>` only what would be in /usr/lib/gatehouse, for a container. The same commit gives the same bytes.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join, relative, resolve } from 'node:path'
import process from 'node:process'
import { parseArgs } from 'node:util'
import { lay, machines, own, settle } from './lay.mjs'
import { program } from './program.mjs'
import { root, run, say, stop } from './steps.mjs'

const { values } = parseArgs({
  options: {
    arch: { type: 'string', default: own() },
    out: { type: 'string', default: join(root, 'dist') },
    version: { type: 'string' },
    tree: { type: 'string' },
    fast: { type: 'boolean', default: false },
  },
})
const version = values.version ?? JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version
if (!(values.arch in machines)) stop(`There is no package for ${values.arch}: ${Object.keys(machines).join(', ')}.`)
if (!/^\d[\w.+~-]*$/.test(version)) stop(`${version} is no version.`)
const seconds = sourceDate()
if (!program()) stop('The program is not put together from these sources yet: npm run package does it.')

if (values.tree !== undefined) {
  await lay(resolve(values.tree), values.arch, version)
  settle(resolve(values.tree), seconds)
} else {
  const work = mkdtempSync(join(tmpdir(), 'gatehouse-package-'))
  try {
    await build(join(work, 'gatehouse'))
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

/** When the sources were last changed: SOURCE_DATE_EPOCH, else the last commit, else the newest file of the program. */
function sourceDate() {
  const given = Number(process.env.SOURCE_DATE_EPOCH)
  if (given > 0) return given
  const git = spawnSync('git', ['log', '-1', '--format=%ct'], { cwd: root, encoding: 'utf8' })
  return Number(git.stdout) || Math.floor(statSync(join(root, 'package-lock.json')).mtimeMs / 1000)
}

async function build(folder) {
  say(`Laying out Gatehouse ${version} for ${values.arch} …`)
  const at = path => join(folder, path)
  const put = (from, to, mode = 0o644) => {
    mkdirSync(dirname(at(to)), { recursive: true })
    cpSync(join(root, from), at(to))
    chmodSync(at(to), mode)
  }
  const paths = await lay(at('usr/lib/gatehouse'), values.arch, version)
  put('deploy/debian/gatehouse', 'usr/bin/gatehouse', 0o755)
  put('deploy/systemd/gatehouse.service', 'lib/systemd/system/gatehouse.service')
  put('deploy/systemd/gatehouse.sysusers', 'usr/lib/sysusers.d/gatehouse.conf')
  put('deploy/debian/gatehouse.env', 'etc/gatehouse/gatehouse.env')
  for (const part of ['docs', 'CHANGELOG.md', 'README.md', 'README.zh-CN.md'])
    if (part === 'docs') copyDocs(at('usr/share/doc/gatehouse'))
    else put(part, `usr/share/doc/gatehouse/${part}`)
  writeFileSync(at('usr/share/doc/gatehouse/copyright'), copyright(paths))
  mkdirSync(at('DEBIAN'))
  for (const [name, mode] of [
    ['postinst', 0o755],
    ['prerm', 0o755],
    ['postrm', 0o755],
    ['templates', 0o644],
    ['conffiles', 0o644],
  ])
    put(`deploy/debian/${name}`, `DEBIAN/${name}`, mode)
  const files = filesOf(folder).filter(path => !path.startsWith('DEBIAN/'))
  writeFileSync(at('DEBIAN/md5sums'), files.map(path => `${md5(at(path))}  ${path}\n`).join(''))
  const bytes = files.reduce((sum, path) => sum + lstatSync(at(path)).size, 0)
  const control = readFileSync(join(root, 'deploy/debian/control'), 'utf8')
  writeFileSync(
    at('DEBIAN/control'),
    control
      .replace('@version@', version)
      .replace('@arch@', values.arch)
      .replace('@kib@', String(Math.ceil(bytes / 1024))),
  )
  settle(folder, seconds)
  mkdirSync(resolve(values.out), { recursive: true })
  const deb = join(resolve(values.out), `gatehouse_${version}_${values.arch}.deb`)
  const squeeze = values.fast ? ['-Zgzip', '-z1'] : ['-Zxz', '-z6', '--threads-max=2']
  const code = await run('Packing', 'dpkg-deb', ['--root-owner-group', ...squeeze, '--build', folder, deb], {
    SOURCE_DATE_EPOCH: String(seconds),
  })
  if (code !== 0) stop('dpkg-deb could not make the package (see above). It is part of Debian and Ubuntu.')
  const sha256 = createHash('sha256').update(readFileSync(deb)).digest('hex')
  const mb = n => `${(n / 1e6).toFixed(1)} MB`
  say(`${relative(process.cwd(), deb)}\n${mb(statSync(deb).size)}, installed ${mb(bytes)} in ${files.length} files`)
  say(`SHA-256 ${sha256}`)
}

function copyDocs(folder) {
  mkdirSync(folder, { recursive: true })
  const docs = join(root, 'docs')
  // Pictures are for the web page of the project.
  const page = source => !lstatSync(source).isFile() || source.endsWith('.md')
  cpSync(docs, folder, { recursive: true, filter: source => page(source) && basename(source) !== 'pictures' })
}

/** Our licence, and that of each package that is in it, by the name that the package gives. */
function copyright(paths) {
  const rows = paths
    .filter(path => existsSync(join(root, path, 'package.json')))
    .map(path => {
      const { name, version, license, licenses } = JSON.parse(readFileSync(join(root, path, 'package.json'), 'utf8'))
      const said = typeof license === 'string' ? license : (license?.type ?? licenses?.[0]?.type ?? 'see its files')
      return `${name} ${version}: ${said}`
    })
  const shown = pages().map(({ name, version, license, text }) => `\n${name} ${version}: ${license}\n\n${text}\n`)
  return `Gatehouse is under the Apache License 2.0, see /usr/lib/gatehouse/LICENSE.

Node.js and the libraries below are in /usr/lib/gatehouse/node_modules, each with its own licence file:

${[...new Set(rows)].sort().join('\n')}

Libraries that are part of the pages (dashboard/dist):
${shown.join('')}`
}

/** What the pages are made of: the packages that their sources import, and what those need. */
function pages() {
  const { devDependencies, dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const imported = new Set()
  for (const entry of readdirSync(join(root, 'dashboard', 'src'), { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !/\.tsx?$/.test(entry.name)) continue
    const text = readFileSync(join(entry.parentPath, entry.name), 'utf8')
    for (const [, name] of text.matchAll(/from '((?:@[\w-]+\/)?[\w-]+)[^']*'/g))
      if (name in devDependencies || name in dependencies) imported.add(name)
  }
  const found = new Map()
  const add = name => {
    const folder = join(root, 'node_modules', name)
    if (found.has(name) || name.startsWith('@types/') || !existsSync(join(folder, 'package.json'))) return
    const {
      version,
      license = 'see its files',
      dependencies = {},
    } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
    const file = readdirSync(folder).find(file => /^licen[cs]e/i.test(file))
    found.set(name, { name, version, license, text: file ? readFileSync(join(folder, file), 'utf8') : '' })
    for (const next of Object.keys(dependencies)) add(next)
  }
  for (const name of [...imported].sort()) add(name)
  return [...found.values()]
}

function filesOf(folder, base = '') {
  return readdirSync(join(folder, base), { withFileTypes: true })
    .flatMap(entry => {
      const path = base === '' ? entry.name : `${base}/${entry.name}`
      return entry.isDirectory() ? filesOf(folder, path) : entry.isFile() ? [path] : []
    })
    .sort()
}
function md5(path) {
  return createHash('md5').update(readFileSync(path)).digest('hex')
}
