// Writes the pages of the standards, docs/standards/*.md and their Chinese twins, from the tables beside them.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import process from 'node:process'
import { root } from './steps.mjs'

const states = {
  test: { en: 'test', 'zh-CN': '有测试' },
  docs: { en: 'stated', 'zh-CN': '有说明' },
  na: { en: 'not applicable', 'zh-CN': '不适用' },
  open: { en: '**open**', 'zh-CN': '**未完成**' },
}
const pages = {
  asvs: {
    en: [
      'OWASP ASVS 5.0.0, levels 1 and 2',
      'Every requirement of levels 1 and 2 by its number; its words are in the standard ([OWASP ASVS 5.0](https://owasp.org/www-project-application-security-verification-standard/)). What stands here are ours.',
    ],
    'zh-CN': [
      'OWASP ASVS 5.0.0，1 级与 2 级',
      '1 级与 2 级的每一条，按编号列出；原文见标准（[OWASP ASVS 5.0](https://owasp.org/www-project-application-security-verification-standard/)），此处是我们自己的说法。',
    ],
  },
  iec62443: {
    en: [
      'IEC 62443-4-2, security level 2',
      'The component requirements of security level 2 and what meets them. Nobody has certified it.',
    ],
    'zh-CN': ['IEC 62443-4-2，安全等级 2', '安全等级 2 的组件要求与对应做法。未经认证。'],
  },
  en303645: {
    en: [
      'ETSI EN 303 645',
      'The provisions for consumer devices, as far as they fit a gateway of a building. Nobody has certified it.',
    ],
    'zh-CN': ['ETSI EN 303 645', '面向消费类设备的条款，适用于楼宇网关的部分。未经认证。'],
  },
}

/** @returns the rows of a table: id, level (ASVS only), state, evidence (a file), title (how the title of its test begins or what is in it), words in both languages */
export function rowsOf(name) {
  const lines = readFileSync(join(root, 'docs', 'standards', `${name}.txt`), 'utf8').split('\n')
  return lines
    .filter(line => line !== '' && !line.startsWith('#'))
    .map(line => {
      const fields = line.split('|')
      if (name !== 'asvs') fields.splice(1, 0, '')
      const [id, level, state, shown, en, zh] = fields
      const [evidence, title = ''] = shown.split('#')
      if (fields.length !== 6 || !states[state] || !en || !zh) throw new Error(`${name}.txt: ${line}`)
      return { id, level, state, evidence, title, words: { en, 'zh-CN': zh } }
    })
}

/** @returns the text of a page in a language */
export function pageOf(name, language) {
  const rows = rowsOf(name)
  const [title, about] = pages[name][language]
  const zh = language === 'zh-CN'
  const count = state => rows.filter(row => row.state === state).length
  const sum = zh
    ? `共 ${rows.length} 条：${count('test')} 条有测试，${count('docs')} 条有说明，${count('na')} 条不适用，${count('open')} 条未完成。“有测试”指所列文件中所列标题的测试会在其失效时失败；“有说明”指所列页面或源文件写明，没有单独的测试。`
    : `${rows.length} rows: ${count('test')} have a test, ${count('docs')} are stated, ${count('na')} do not apply, ${count('open')} are open. *test*: the test of that title in that file fails when it no longer holds. *stated*: the page or source file says it, without a test of its own.`
  const up = zh ? '../../../' : '../../'
  const link = path => {
    const there = zh ? path.replace(/^docs\//, 'docs/zh-CN/') : path
    return path ? `[${path.split('/').at(-1)}](${up}${there})` : ''
  }
  const level = name === 'asvs'
  const head = zh
    ? ['编号', ...(level ? ['级'] : []), '状态', '依据', '内容']
    : ['No.', ...(level ? ['level'] : []), 'state', 'shown by', 'what']
  const body = rows.map(row => [
    row.id,
    ...(level ? [row.level] : []),
    states[row.state][language],
    row.title === '' ? link(row.evidence) : `${link(row.evidence)}: ${row.title}`,
    row.words[language],
  ])
  const line = cells => `| ${cells.join(' | ')} |`
  const other = zh ? `[English](../../standards/${name}.md)` : `[中文](../zh-CN/standards/${name}.md)`
  const made = zh
    ? `本页由 \`npm run standards\` 从 docs/standards/${name}.txt 写出。`
    : `Written by \`npm run standards\` from docs/standards/${name}.txt.`
  return `# ${title}\n\n${other}\n\n${about} ${made}\n\n${sum.replaceAll('*', '')}\n\n${[head, head.map(() => '---'), ...body].map(line).join('\n')}\n`
}

export const names = Object.keys(pages)
export const fileOf = (name, language) =>
  join(root, 'docs', ...(language === 'zh-CN' ? ['zh-CN'] : []), 'standards', `${name}.md`)

if (process.argv[1]?.endsWith('standards.mjs'))
  for (const name of names)
    for (const language of ['en', 'zh-CN']) {
      for (const { id, evidence } of rowsOf(name))
        if (evidence && !existsSync(join(root, evidence)))
          throw new Error(`${name}.txt: ${id}: there is no ${evidence}`)
      mkdirSync(dirname(fileOf(name, language)), { recursive: true })
      writeFileSync(fileOf(name, language), pageOf(name, language))
    }
