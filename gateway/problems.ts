import type { Text } from '../drivers/point.ts'

/** What can be wrong in site.json: what it is and what to do. `{name}` is filled from the problem's params. */
export const problemTexts: Readonly<Record<string, Text>> = {
  'site-missing': {
    'zh-CN': '还没有 site.json。请在这里编写，或把文件放到 {file}。',
    en: 'There is no site.json yet. Write one here, or put the file at {file}.',
  },
  'site-unreadable': { 'zh-CN': '无法读取 {file}：{why}。', en: '{file} cannot be read: {why}.' },
  'site-empty': {
    'zh-CN': '文件是空的。请从备份恢复，或重新编写。',
    en: 'The file is empty. Restore a backup, or write it anew.',
  },
  'site-encoding': {
    'zh-CN': '文件不是 UTF-8 编码（可能是 GBK）。请用编辑器另存为 UTF-8。',
    en: 'The file is not UTF-8 (perhaps GBK). Save it as UTF-8.',
  },
  'site-json': {
    'zh-CN': '第 {line} 行第 {column} 列不是正确的 JSON：{why}。',
    en: 'Line {line}, column {column} is not JSON: {why}.',
  },
  'duplicate-key': {
    'zh-CN': '“{key}”在同一处写了两次，前一个会被忽略。请删去一个。',
    en: '"{key}" stands twice in the same place; the first would be ignored. Remove one.',
  },
  schema: { 'zh-CN': '{zh}', en: '{en}' },
  'unknown-word': {
    'zh-CN': '没有“{word}”这一项。请检查拼写，或删去。',
    en: 'There is no such word as "{word}" here. Check the spelling, or remove it.',
  },
  'unknown-protocol': {
    'zh-CN': '没有协议“{protocol}”。可用：{known}。',
    en: 'There is no protocol "{protocol}". Known: {known}.',
  },
  'duplicate-id': {
    'zh-CN': '编号“{id}”已用过。每个编号只能用一次。',
    en: 'The id "{id}" was used before. Each id may be used once.',
  },
  'unknown-space': {
    'zh-CN': '没有位置“{space}”。请先在 spaces 中写上它。',
    en: 'There is no space "{space}". Add it to spaces first.',
  },
  'space-circle': {
    'zh-CN': '位置“{space}”经上级又回到自己。',
    en: 'The space "{space}" is its own parent, by way of others.',
  },
  'unknown-channel': {
    'zh-CN': '没有通道“{channel}”。请先在 channels 中写上它。',
    en: 'There is no channel "{channel}". Add it to channels first.',
  },
  'channel-has-problems': {
    'zh-CN': '通道“{channel}”本身有问题，此设备暂不能用。',
    en: 'The channel "{channel}" has problems of its own, so this equipment cannot be used.',
  },
  'unknown-profile': {
    'zh-CN': '没有型号模板“{profile}”。可用：{known}。',
    en: 'There is no profile "{profile}". Known: {known}.',
  },
  'profile-protocol': {
    'zh-CN': '模板“{profile}”不适用于协议 {protocol}。',
    en: 'The profile "{profile}" is not for the protocol {protocol}.',
  },
  'no-points': {
    'zh-CN': '设备既没有 profile，也没有 points。请写上其中一项。',
    en: 'The equipment has neither a profile nor points. Give one of them.',
  },
  'reserved-key': {
    'zh-CN': '“online”由网关自己维护，请换一个名称。',
    en: '"online" is kept by the gateway itself. Take another key.',
  },
  'range-inverted': { 'zh-CN': '范围的下限大于上限。', en: 'The range starts above its end.' },
  'unit-twice': {
    'zh-CN': '站号 {unit} 在通道“{channel}”上已由“{other}”使用。',
    en: 'Unit {unit} on channel "{channel}" is used by "{other}" too.',
  },
  'unknown-timezone': {
    'zh-CN': '没有时区“{timezone}”。例：Asia/Shanghai。',
    en: 'There is no time zone "{timezone}". Example: Asia/Shanghai.',
  },
  'one-condition': {
    'zh-CN': 'when 中须有且只有一项：above、below、equals、in 或 notIn。',
    en: 'Give exactly one of above, below, equals, in or notIn.',
  },
  'rule-without-points': {
    'zh-CN': '“{pattern}”没有匹配到任何测点，这条规则不会报警。',
    en: '"{pattern}" matches no point; the rule will never raise.',
  },
  'reserved-rule': {
    'zh-CN': '规则编号“offline”由网关自己使用，请换一个。',
    en: 'The rule id "offline" is used by the gateway itself. Take another.',
  },
  'modbus-address-past-end': {
    'zh-CN': '地址 {address} 加上长度超出 65535。',
    en: 'The address {address} and its length go past 65535.',
  },
}
