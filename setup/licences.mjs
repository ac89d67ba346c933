// Writes docs/standards/licences.md and its Chinese twin: what others wrote and goes out with the program, with its licence.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { root } from './steps.mjs'

/** Packages that the sources of the dashboard name; they are put into its files, so they ship as well. */
function ofDashboard() {
  const folder = join(root, 'dashboard', 'src')
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(name => /\.tsx?$/.test(name))
  const names = files.flatMap(file =>
    [...readFileSync(join(folder, file), 'utf8').matchAll(/from '((?:@[\w-]+\/)?[a-z][\w.-]*)(?:\/[^']*)?'/g)].map(
      ([, name]) => name,
    ),
  )
  return [...new Set(names)]
}

/** @returns name, version and licence of each, by name */
export function shipped() {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'))
  const out = new Map()
  const add = (path, one) => {
    const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)
    out.set(`${name} ${one.version}`, { name, version: one.version, licence: one.license ?? licenceIn(path) })
  }
  for (const [path, one] of Object.entries(packages)) if (path && !one.dev) add(path, one)
  const queue = ofDashboard()
  const seen = new Set(queue)
  for (const name of queue) {
    const path = `node_modules/${name}`
    const one = packages[path]
    if (!one) continue
    add(path, one)
    for (const next of Object.keys(one.dependencies ?? {})) if (!seen.has(next)) seen.add(next) && queue.push(next)
  }
  return [...out.values()].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.version < b.version ? -1 : 1))
}

/** Where the lock file does not say it: the package, or the text that it comes with. */
function licenceIn(path) {
  const folder = join(root, path)
  const { license, licenses } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const said = license?.type ?? license ?? licenses?.map(one => one.type).join(' OR ')
  if (said) return said
  const texts = readdirSync(folder).filter(name => /^(licen[cs]e|readme)/i.test(name))
  const text = texts.map(name => readFileSync(join(folder, name), 'utf8')).join('\n')
  if (/2-Clause BSD/.test(text)) return 'BSD-2-Clause'
  return /MIT license|Permission is hereby granted, free of charge/i.test(text) ? 'MIT' : '?'
}

export function pageOf(language) {
  const zh = language === 'zh-CN'
  const list = shipped()
  const kinds = Object.entries(Object.groupBy(list, one => one.licence))
    .sort(([, a], [, b]) => b.length - a.length)
    .map(([licence, of]) => `${licence} ${of.length}`)
  const head = zh
    ? `# 随程序发布的他人作品\n\n[English](../../standards/licences.md)\n\n由 \`npm run licences\` 写出。Gatehouse 本身采用 Apache-2.0。下列 ${list.length} 个软件包随网关或仪表板发布：${kinds.join('、')}。\n\n| 软件包 | 版本 | 许可证 |`
    : `# Works of others that ship with it\n\n[中文](../zh-CN/standards/licences.md)\n\nWritten by \`npm run licences\`. Gatehouse itself is under Apache-2.0. These $list.lengthpackages ship with the gateway or in the dashboard: $kinds.join(', ').\n\n| package | version | licence |`
  return `${head}\n| --- | --- | --- |\n${list.map(one => `| ${one.name} | ${one.version} | ${one.licence} |`).join('\n')}\n`
}
export const fileOf = language =>
  join(root, 'docs', ...(language === 'zh-CN' ? ['zh-CN'] : []), 'standards', 'licences.md')

if (process.argv[1]?.endsWith('licences.mjs'))
  for (const language of ['en', 'zh-CN']) writeFileSync(fileOf(language), pageOf(language))
