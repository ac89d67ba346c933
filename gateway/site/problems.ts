import type { Text } from '../../drivers/point.ts'

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
  'site-sign': {
    'zh-CN': '这里的文字含有无法保存的字符（空字符，或不完整的表情、生僻字）。请重新输入这段文字。',
    en: 'This text holds a character that cannot be kept (a NUL, or half of an emoji or rare character). Write it anew.',
  },
  'problems-more': {
    'zh-CN': '这里只列出前 {most} 处问题，后面还有。请先改正这些，再检查一次。',
    en: 'Only the first {most} problems are listed; there are more. Correct these, then check again.',
  },
  'site-deep': {
    'zh-CN':
      '第 {line} 行第 {column} 列的括号嵌套超过 {most} 层，站点文件里没有这么深的内容。请检查那里的括号是否漏了结尾。',
    en: 'At line {line}, column {column} more than {most} brackets lie within each other, which no site file needs. Check whether brackets there lack their end.',
  },
  'duplicate-key': {
    'zh-CN': '“{key}”在同一处写了两次，前一个会被忽略。请删去一个。',
    en: '"{key}" stands twice in the same place; the first would be ignored. Remove one.',
  },
  schema: { 'zh-CN': '{why}', en: '{why}' },
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
  'person-twice': {
    'zh-CN': '“{name}”写了两次。每人只写一次，同名的请加以区分。',
    en: '"{name}" stands here twice. Each person once; tell apart those of one name.',
  },
  'person-unknown': {
    'zh-CN': '本班组没有“{name}”。请先写入 people。',
    en: 'There is no "{name}" in this crew. Put the person into people first.',
  },
  'shift-too-few': {
    'zh-CN': '最少 {least} 人，而班组只有 {people} 人，永远无法交接。',
    en: 'At least {least} people, and the crew has {people}: it could never be handed over.',
  },
  'roster-twice': {
    'zh-CN': '值班表“{roster}”已由班组“{crew}”使用。一个值班表只归一个班组。',
    en: 'The roster "{roster}" is used by the crew "{crew}". A roster belongs to one crew.',
  },
  'shift-gap': {
    'zh-CN': '班组“{crew}”的班次之间有空档。空档内仍由上一班值守，直到下一班签字。',
    en: 'Between the shifts of the crew "{crew}" there are hours of nobody: the shift before is on duty until the next has signed.',
  },
  'run-follows': {
    'zh-CN': '运行记录跟随的测点“{point}”不是开关量：它须说明设备是否在运行。',
    en: 'The point "{point}" that a run record follows is not a yes or no: it has to say whether the plant runs.',
  },
  'run-no-times': {
    'zh-CN': '运行记录“{form}”没有 times、peaks 或 follows：只有有人临时加抄才有记录。',
    en: 'The run record "{form}" has no times, peaks or follows: it has only the lines that somebody adds.',
  },
  'unknown-space': {
    'zh-CN': '没有位置“{space}”。请先在 spaces 中写上它。',
    en: 'There is no space "{space}". Add it to spaces first.',
  },
  'space-circle': {
    'zh-CN': '位置“{space}”经上级又回到自己。',
    en: 'The space "{space}" is its own parent, by way of others.',
  },
  'only-for-units': {
    'zh-CN': '{word} 只用于户（kind: "unit"），此处是 {kind}。',
    en: '{word} is for units only (kind: "unit"); this is a {kind}.',
  },
  'unknown-equipment': {
    'zh-CN': '没有设备“{equipment}”。请检查编号，或先在 equipment 中写上它。',
    en: 'There is no equipment "{equipment}". Check the id, or add it to equipment first.',
  },
  'unknown-busbar': {
    'zh-CN': '“{equipment}”没有母线段“{busbar}”。请检查编号，或在它的 busbars 中写上。',
    en: '"{equipment}" has no busbar "{busbar}". Check the id, or add it to its busbars.',
  },
  'busbar-point': {
    'zh-CN': '“{equipment}”没有测点“{point}”。母线与断路器的测点须是本柜自己的。',
    en: '"{equipment}" has no point "{point}". Points of busbars and breakers must be of the board itself.',
  },
  'supply-circle': {
    'zh-CN': '“{equipment}”经常用电源（fedBy 的第一项）绕回自己。请改正 fedBy；备用电源写在后面。',
    en: '"{equipment}" is fed by itself, by way of others (the first of each fedBy). Correct fedBy; reserves come after the first.',
  },
  'unknown-area': {
    'zh-CN': '没有区域“{area}”。请先在 access.areas 中写上它；室外写 outside。',
    en: 'There is no area "{area}". Add it to access.areas first; beyond the last door it is outside.',
  },
  'unknown-door': {
    'zh-CN': '没有门“{door}”。请先在 access.doors 中写上它。',
    en: 'There is no door "{door}". Add it to access.doors first.',
  },
  'unknown-door-group': {
    'zh-CN': '没有门组“{group}”。请先在 doorGroups 中写上它。',
    en: 'There is no door group "{group}". Add it to doorGroups first.',
  },
  'access-trap': {
    'zh-CN': '从“{where}”没有一条路能不靠读卡、不靠电走到室外：会困住人。请检查各门的 area、from 与出门方式。',
    en: 'From "{where}" no way leads outside without reader and power: people could be trapped. Look at area, from and the exits of its doors.',
  },
  'access-exit-by-reader': {
    'zh-CN':
      '“{where}”只能刷卡出门，断电或故障时会困住人。请装机械把手或破玻（mechanicalExit: true），或改为 exit: "free"。',
    en: 'The only way out by "{where}" is a reader: without power people are trapped. Fit a handle or break-glass (mechanicalExit: true), or make it exit: "free".',
  },
  'access-fail-secure': {
    'zh-CN':
      '“{where}”断电时锁闭，里面又没有机械把手：会困住人。请改为断电开锁（fail-safe），或写 mechanicalExit: true。',
    en: '"{where}" is shut without power and has no handle inside: people could be trapped. Make it fail-safe, or say mechanicalExit: true.',
  },
  'access-no-fire-release': {
    'zh-CN': '“{where}”靠电子锁关着，消防联动却不释放它（GB 50396 9.0.1）。请接入消防联动，或装机械把手。',
    en: '"{where}" is held by electronics and not released in a fire (GB 50396 9.0.1). Connect it to the fire linkage, or fit a handle.',
  },
  'access-interlock-exit': {
    'zh-CN': '互锁会锁住“{where}”的出门方向：会困住人。互锁不得管出门（holdsExit: false），或装机械把手。',
    en: 'The interlock holds the way out by "{where}": people could be trapped. It must not hold the exit (holdsExit: false), or fit a handle.',
  },
  'step-twice': {
    'zh-CN': '升级告知里 {pct}% 写了两次。请合并为一条。',
    en: 'Two steps of the escalation are at {pct} %. Make them one.',
  },
  'breach-untold': {
    'zh-CN': '升级告知没有一条在 100% 或以上：超时后无人知道。请加一条。',
    en: 'No step of the escalation is at 100 % or more: nobody would hear of a missed time. Add one.',
  },
  'failure-taken': {
    'zh-CN': '故障类别“{id}”已有（或与报修类别同名）。请换一个编号。',
    en: 'There is a failure class "{id}" already, or a kind of report of that name. Choose another id.',
  },
  'life-never-waits': {
    'zh-CN': '涉及生命安全的工单不分工作时间，也不能暂停。请删去 hours 和 pauses。',
    en: 'Orders that concern lives know no working hours and no pauses. Remove hours and pauses.',
  },
  'shifts-missing': {
    'zh-CN': '按班（shift）的计划须写 shifts：各班几点开始，例如 ["08:00", "20:00"]。',
    en: 'A plan by shift needs shifts: when each begins, such as ["08:00", "20:00"].',
  },
  'unknown-plan': {
    'zh-CN': '没有计划“{plan}”。请检查编号，或先在 maintenance 中写上它。',
    en: 'There is no plan "{plan}". Check the id, or add it to maintenance first.',
  },
  'unknown-point': {
    'zh-CN': '没有测点“{point}”。写法是 <设备>/<key>。',
    en: 'There is no point "{point}". It is written <equipment>/<key>.',
  },
  'tag-two-places': {
    'zh-CN': '标签“{tag}”已用于另一处（{space}）的巡更点：一张标签只能装在一个地方。',
    en: 'The tag "{tag}" is that of a point elsewhere ({space}): a tag can only be in one place.',
  },
  'unknown-patrol-device': {
    'zh-CN': '没有巡更设备“{device}”。请检查编号，或先在 patrol.devices 中写上它。',
    en: 'There is no patrol device "{device}". Check the id, or add it to patrol.devices first.',
  },
  'tag-twice': {
    'zh-CN': '标签“{tag}”在这条路线上已用于另一个巡更点。',
    en: 'The tag "{tag}" belongs to another checkpoint of this route already.',
  },
  'span-empty': {
    'zh-CN': '时段 {from} 至 {to} 没有长度。全天写 00:00 至 24:00；跨零点时终点小于起点即可。',
    en: 'The span from {from} to {to} has no length. A whole day is 00:00 to 24:00; over midnight the end is simply before the start.',
  },
  'longer-than-span': {
    'zh-CN': '{min} 分钟比时段本身（{span} 分钟）还长。',
    en: '{min} minutes are longer than the span itself ({span} minutes).',
  },
  'delivery-output': {
    'zh-CN':
      '没有名为“{output}”、带 sftp 的文件输出。批次的 SFTP 送达使用 outputs 中 files 输出的主机和密钥，请先建立它。',
    en: 'There is no output "{output}" of the kind files with sftp. A delivery by SFTP uses the host and keys of such an output: set it up first.',
  },
  'tariff-unit': {
    'zh-CN': '这种费率不按 {unit} 计价。可用：{known}。',
    en: 'Such a tariff is not per {unit}. Possible: {known}.',
  },
  'plans-circle': {
    'zh-CN': '计划“{plan}”绕一圈又包含了自己。请从 covers 中去掉其中一个。',
    en: 'The plan "{plan}" covers itself by way of others. Take one of them out of covers.',
  },
  'plan-never': {
    'zh-CN': '没有写周期，也没有写计数（counter），永远不会到期。请写上其中之一。',
    en: 'It has neither a frequency (every) nor a counter, so it is never due. Add one of them.',
  },
  'anchor-shift': {
    'zh-CN': '每班的检查按班次，不能从上次完成起算。请去掉 anchor 或换周期。',
    en: 'Checks of each shift go by the shifts and cannot count from the last one done. Remove anchor, or choose another frequency.',
  },
  'price-order': {
    'zh-CN': '生效日期 {from} 不晚于前一项（{before}）。请按日期先后排列，同一天只写一项。',
    en: 'It holds from {from}, which is not after the one before ({before}). Put them in order, one per day.',
  },
  'price-or-periods': {
    'zh-CN': 'price（单一价）和 periods（尖峰平谷）须写且只写一项。',
    en: 'Give either one price, or periods.',
  },
  'price-twice': {
    'zh-CN': '{time} 起有两个价格。请改时段，使每一分钟只属于一个时段。',
    en: 'From {time} on there are two prices. Change the spans so that each minute is in one of them.',
  },
  'price-gap': {
    'zh-CN': '{time} 起没有价格。各时段合起来须满 24 小时。',
    en: 'From {time} on there is no price. All spans together must make 24 hours.',
  },
  'plan-unknown-place': {
    'zh-CN': '“{place}”既不是位置也不是设备。请检查编号。',
    en: '"{place}" is neither a space nor a piece of equipment. Check the id.',
  },
  'plan-unknown-checkpoint': {
    'zh-CN': '没有巡检点“{place}”。请按“路线编号/点编号”填写。',
    en: 'There is no point "{place}" of a route. Write it as <route id>/<point id>.',
  },
  'unknown-runbook': {
    'zh-CN': '没有处置流程“{runbook}”，报警时不会打开任何流程。可用：{known}。',
    en: 'There is no runbook "{runbook}": the alarm would open none. Known: {known}.',
  },
  'runbook-needs': {
    'zh-CN': '前面没有步骤“{step}”。needs 只能写排在它前面的步骤。',
    en: 'There is no step "{step}" before this one. A step can only need one that stands before it.',
  },
  'runbook-danger': {
    'zh-CN': 'dangers 中没有“{danger}”。',
    en: 'There is no "{danger}" in dangers.',
  },
  'unknown-pack': {
    'zh-CN': '没有规则包“{pack}”。可用：{known}。',
    en: 'There is no rule pack "{pack}". Known: {known}.',
  },
  'pack-without-points': {
    'zh-CN': '规则包“{pack}”没有找到任何对应的设备和测点，不会报警。请检查设备的 kind。',
    en: 'The rule pack "{pack}" finds no equipment with its points and will never raise. Check the kinds of the equipment.',
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
  'profile-name-taken': {
    'zh-CN': '型号模板“{id}”已有（{other}）。请换一个 id。',
    en: 'There is a profile "{id}" already ({other}). Take another id.',
  },
  'probe-unknown-point': {
    'zh-CN': 'probe 引用的测点“{key}”不在 points 中。',
    en: 'The probe speaks of "{key}", which is not among the points.',
  },
  'profile-max-registers': {
    'zh-CN': '“{profile}”一次最多读 {most} 个寄存器，请在通道上写 "maxRegisters": {most}，否则设备会拒绝。',
    en: '"{profile}" takes at most {most} registers per request. Set "maxRegisters": {most} on the channel, or it will refuse.',
  },
  'multiplier-unused': {
    'zh-CN': '没有测点写明 multiplied，multiplier 不起作用。',
    en: 'No point says "multiplied", so the multiplier does nothing.',
  },
  'multiplied-needs-reading': {
    'zh-CN': 'multiplied 只用于只读的数值。',
    en: 'multiplied is for numbers that are only read.',
  },
  'no-points': {
    'zh-CN': '设备既没有 profile，也没有 points。请写上其中一项。',
    en: 'The equipment has neither a profile nor points. Give one of them.',
  },
  'reserved-key': {
    'zh-CN': '“online”和以“certificate.”开头的名称由网关自己维护，请换一个。',
    en: '"online" and keys that begin with "certificate." are kept by the gateway itself. Take another key.',
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
    'zh-CN':
      '条件须有且只有一项：above、below、equals、in、notIn、mask、rises、falls、differs、unchangedS、silentS、times、expression、during、all、any 或 not（联锁只能用前五项）。',
    en: 'Give exactly one of above, below, equals, in, notIn, mask, rises, falls, differs, unchangedS, silentS, times, expression, during, all, any or not (an interlock takes the first five).',
  },
  'condition-needs': { 'zh-CN': '{word} 须同时写 {needs}。', en: '{word} needs {needs} as well.' },
  'condition-not-with': {
    'zh-CN': '{word} 不能与 {with} 同用。请删去，或另写一个条件用 all 合并。',
    en: '{word} does not go with {with}. Remove it, or join a condition of its own by all.',
  },
  'expression-too-long': {
    'zh-CN': '表达式过长或层次过多（最多 {most} 个字符，不能有映射）。请拆成几条规则。',
    en: 'The expression is too long or nested too deep (at most {most} characters, no maps). Make several rules of it.',
  },
  'expression-name': {
    'zh-CN': '“{name}”不能用作变量名。请用字母开头、由字母、数字和 _ 组成、不是 CEL 保留字的名字，如 t1。',
    en: '"{name}" cannot be a name. Take a letter, then letters, digits and _, and no word of CEL; such as t1.',
  },
  'expression-name-unused': {
    'zh-CN': '变量“{name}”没有用到。请在表达式中使用它，或从 names 中删去：它的数据一坏，报警就会冻结。',
    en: 'The name "{name}" is not used. Use it, or take it out of names: bad data of its point would freeze the alarm.',
  },
  'expression-unknown-name': {
    'zh-CN': '第 {at} 个字符处的“{part}”不是 names 中的变量（有：{known}）。请改正，或在 names 中写上它是哪个点。',
    en: 'At character {at}, "{part}" is none of the names (there are: {known}). Correct it, or say in names which point it is.',
  },
  'expression-kinds': {
    'zh-CN':
      '第 {at} 个字符处的“{part}”类型不合（{kinds}）。数值与数值、开关量与 true/false、文本与"文本"才能比较和运算。',
    en: 'At character {at}, "{part}" does not fit together ({kinds}). Numbers go with numbers, booleans with true or false, texts with "texts".',
  },
  'expression-needs-bool': {
    'zh-CN': '第 {at} 个字符处的“{part}”：&&、||、! 和 ? 要用是或否。请写成比较，如 t > 40；? 的两边须同类型。',
    en: 'At character {at}, "{part}": &&, ||, ! and ? take yes or no. Write a comparison such as t > 40; both sides of ? must be of one kind.',
  },
  'expression-not-bool': {
    'zh-CN': '表达式的结果须是“是或否”，现在是 {is}。请写成比较，如 … > 40。',
    en: 'The expression must say yes or no, but gives a {is}. Make it a comparison, such as … > 40.',
  },
  'expression-whole-division': {
    'zh-CN': '第 {at} 个字符处的“{part}”：两个整数相除会舍去小数。请写小数，如 1.0 / 2。',
    en: 'At character {at}, "{part}": whole numbers divided by each other lose their fraction. Write 1.0 / 2.',
  },
  'expression-forbidden': {
    'zh-CN':
      '第 {at} 个字符处的“{part}”不能用。只能用数、文本、true/false、比较、运算、in [...]、? :，以及 {functions} 和 {methods}。',
    en: 'At character {at}, "{part}" is not taken here. There are numbers, texts, true and false, comparisons, arithmetic, in [...], ? :, and {functions} and {methods}.',
  },
  'expression-syntax': {
    'zh-CN': '表达式从第 {at} 个字符“{part}”起看不懂。请检查：相等写 ==，“且”写 &&，“或”写 ||，符号用半角。',
    en: 'The expression cannot be read from character {at}, "{part}". Check: equal is ==, and is &&, or is ||.',
  },
  'expression-kinds-differ': {
    'zh-CN': '{one} 是 {first}，而 {other} 是 {second}：一条规则中同名变量须同类型。请分成两条规则。',
    en: '{one} is a {first}, but {other} a {second}: under one name a rule takes one kind. Make two rules of it.',
  },
  'tuning-life': {
    'zh-CN': '“{id}”涉及人身安全，不能停用、降级，也不能调得更迟钝或延时更长。探测器有问题时，请由经理把报警退出服务。',
    en: '"{id}" is about people in danger: it is neither switched off nor lowered, nor made to speak later. For a broken detector a manager takes the alarm out of service.',
  },
  'tuning-word': {
    'zh-CN': '规则“{id}”的条件没有可调的 {word}（可调：{words}）。其他修改请直接编辑该规则。',
    en: 'The condition of rule "{id}" has no {word} to tune (it has: {words}). For more, edit the rule itself.',
  },
  'tuning-without-rule': {
    'zh-CN': '没有规则“{id}”，这项调整不起作用。请检查编号，或删去。',
    en: 'There is no rule "{id}", so this tuning does nothing. Check the id, or remove it.',
  },
  'unknown-schedule': {
    'zh-CN': '没有时间表“{schedule}”。请先在 schedules 中写上它。',
    en: 'There is no schedule "{schedule}". Add it to schedules first.',
  },
  'unknown-rule': {
    'zh-CN': '没有规则“{id}”。请检查编号。',
    en: 'There is no rule "{id}". Check the id.',
  },
  'rule-without-points': {
    'zh-CN': '“{pattern}”没有匹配到任何测点，这条规则不会报警。',
    en: '"{pattern}" matches no point; the rule will never raise.',
  },
  'reserved-rule': {
    'zh-CN': '规则编号“{id}”由网关自己使用，请换一个。',
    en: 'The rule id "{id}" is used by the gateway itself. Take another.',
  },
  'modbus-address-past-end': {
    'zh-CN': '地址 {address} 加上长度超出 65535。',
    en: 'The address {address} and its length go past 65535.',
  },
  'modbus-unit-out-of-range': {
    'zh-CN': '站号须在 {min} 到 {max} 之间。',
    en: 'The unit must be from {min} to {max}.',
  },
  'modbus-table-unknown': {
    'zh-CN': 'table 须是 coil、discrete、input 或 holding。',
    en: 'The table must be coil, discrete, input or holding.',
  },
  'modbus-type-unknown': { 'zh-CN': '没有这种数据类型。', en: 'There is no such type.' },
  'modbus-type-needs-register': {
    'zh-CN': '{table} 每个地址只有一位，不能是 {type}。请用 bool，或改用 input、holding。',
    en: 'A {table} is one bit and cannot be {type}. Use bool, or the table input or holding.',
  },
  'modbus-string-needs-length': {
    'zh-CN': '字符串须写明 length（寄存器个数）。',
    en: 'A string needs its length, in registers.',
  },
  'modbus-only-for-strings': { 'zh-CN': '{field} 只用于字符串。', en: '{field} is for strings only.' },
  'modbus-longer-than-request': {
    'zh-CN': '长度 {size} 个寄存器，一次请求最多 {most} 个。',
    en: 'It is {size} registers long; one request takes {most} at most.',
  },
  'modbus-field-needs-register': {
    'zh-CN': '{field} 只用于寄存器（input、holding），此处只有一位。',
    en: '{field} is for registers (input, holding); this is a single bit.',
  },
  'modbus-order-needs-two-registers': {
    'zh-CN': '只有一个寄存器，没有字可交换，{order} 不适用。请检查 type。',
    en: 'One register has no words to swap, so {order} cannot be. Check the type.',
  },
  'modbus-field-needs-unsigned': {
    'zh-CN': '{field} 只用于 bool、uint16、uint32，不能用于 {type}。',
    en: '{field} is for bool, uint16 and uint32, not for {type}.',
  },
  'modbus-field-needs-number': { 'zh-CN': '{field} 只用于数值。', en: '{field} is for numbers only.' },
  'modbus-byte-needs-8-bits': {
    'zh-CN': 'byte 只用于 int8、uint8，不能用于 {type}。',
    en: 'byte is for int8 and uint8, not for {type}.',
  },
  'modbus-quality-condition': {
    'zh-CN': 'quality 须写一个条件：equals、not、below 或 above；只有 bit 时可不写（该位为 1 即为坏值）。',
    en: 'quality needs one condition: equals, not, below or above. A bit alone means bad while it is set.',
  },
  'modbus-bit-out-of-range': {
    'zh-CN': '没有第 {bit} 位，最后一位是 {last}。',
    en: 'There is no bit {bit}; the last one is {last}.',
  },
  'modbus-mask-out-of-range': { 'zh-CN': '掩码超出 {bits} 位。', en: 'The mask has more than {bits} bits.' },
  'modbus-bit-and-mask': { 'zh-CN': 'bit 和 mask 只能写一个。', en: 'Give either bit or mask.' },
  'modbus-scale-zero': { 'zh-CN': 'scale 为 0 时读数总是 0。', en: 'With a scale of 0 every reading would be 0.' },
  'modbus-kind-does-not-fit': {
    'zh-CN': '此地址的值是 {is}，不能是 {kind}。',
    en: 'What is at this address is a {is}, not a {kind}.',
  },
  'modbus-writable-table': {
    'zh-CN': '{table} 只读，不能写。请用 coil 或 holding。',
    en: 'A {table} can only be read. Use coil or holding to write.',
  },
  'modbus-writable-part': {
    'zh-CN': '只占寄存器一部分（bit、mask）的测点不能写：会改动同一寄存器的其他位。',
    en: 'A part of a register (bit, mask) cannot be written: the other bits would change too.',
  },
  'command-not-writable': {
    'zh-CN': '有 command 的测点须同时写 writable: true。',
    en: 'A point with a command needs writable: true as well.',
  },
  'command-without-limits': {
    'zh-CN': '数值命令须有界限：在 command 中写 range 或 values，或给测点写 range 或 enum。',
    en: 'A number needs limits: give the command a range or values, or the point a range or an enum.',
  },
  'command-text-without-values': {
    'zh-CN': '文本命令须在 values 中列出允许的值。',
    en: 'A command for a text must list its allowed values.',
  },
  'command-value-kind': {
    'zh-CN': '“{value}”不是此测点的类型（{kind}）。',
    en: '"{value}" is not of the kind of this point ({kind}).',
  },
  'command-range-wider': {
    'zh-CN': '命令的 range 超出测点的 range，写进去的值读回来会被当作坏值。',
    en: 'The range of the command goes past that of the point: what it writes would be read back as bad.',
  },
  'command-role-unable': {
    'zh-CN': '角色 {role} 不能发命令。可用：{known}。',
    en: 'The role {role} cannot give commands. Possible: {known}.',
  },
  'command-unknown-point': {
    'zh-CN': '没有测点“{point}”。同一设备写 key，其他设备写 <设备>/<key>。',
    en: 'There is no point "{point}". Write the key for the same equipment, <equipment>/<key> for another.',
  },
  'command-condition-kind': {
    'zh-CN': '测点“{point}”是 {kind}，这个条件永远无法判断。',
    en: 'The point "{point}" is a {kind}; this condition could never be told.',
  },
  'command-read-back-other-device': {
    'zh-CN': '回读的测点须在同一设备上：“{point}”不是。',
    en: 'The point that is read back must be of the same equipment; "{point}" is not.',
  },
  'csv-encoding': {
    'zh-CN': '文件既不是 UTF-8 也不是 GBK。请另存为“CSV UTF-8”。',
    en: 'The file is neither UTF-8 nor GBK. Save it as "CSV UTF-8".',
  },
  'csv-empty': { 'zh-CN': '文件是空的，没有表头。', en: 'The file is empty: there is no head row.' },
  'csv-quote-open': {
    'zh-CN': '此行开始的引号没有结束，其后的内容都成了一格。',
    en: 'A quote that opens here is never closed; all that follows became one cell.',
  },
  'csv-unknown-column': {
    'zh-CN': '没有“{word}”这一列。请检查拼写，或删去此列。',
    en: 'There is no column "{word}". Check the spelling, or remove it.',
  },
  'csv-column-twice': { 'zh-CN': '“{word}”列出现了两次。', en: 'The column "{word}" stands twice.' },
  'csv-no-id-column': { 'zh-CN': '缺少“equipment 设备编号”列。', en: 'The column "equipment" is missing.' },
  'csv-no-equipment': {
    'zh-CN': '此行没有设备编号。每个测点一行，每行都须写设备编号。',
    en: 'This row has no equipment. There is one row per point, and each says its equipment.',
  },
  'csv-no-point': {
    'zh-CN': '此行写了“{word}”，却没有测点名（point）。',
    en: 'This row has "{word}" but no point.',
  },
  'csv-point-twice': {
    'zh-CN': '测点“{key}”在第 {line} 行已写过。',
    en: 'The point "{key}" was given in line {line} before.',
  },
  'csv-cell-without-column': { 'zh-CN': '“{cell}”上方没有表头。', en: 'There is no head above "{cell}".' },
  'csv-equipment-differs': {
    'zh-CN': '“{cell}”与同一设备第 {line} 行写的不同。',
    en: '"{cell}" differs from line {line} of the same equipment.',
  },
  'csv-missing': { 'zh-CN': '新设备须写“{word}”。', en: 'New equipment needs "{word}".' },
  'csv-name-in-both': {
    'zh-CN': '名称须中文、英文都写，或都不写。',
    en: 'Give the name in both languages, or in neither.',
  },
  'csv-range-half': { 'zh-CN': '量程须上下限都写。', en: 'A range needs both its ends.' },
  'csv-number-ambiguous': {
    'zh-CN': '“{cell}”是一千位还是小数？请去掉千位分隔，或写成小数点。',
    en: '"{cell}": thousands or a decimal? Leave out the thousands mark, or use a decimal point.',
  },
  'opcua-mode-and-policy': {
    'zh-CN': 'securityMode 与 securityPolicy 须同时加密或同时为 None。',
    en: 'securityMode and securityPolicy must both be None, or neither.',
  },
  'opcua-node-malformed': {
    'zh-CN': '不是节点号。例：ns=2;s=Pump1.Speed、ns=1;i=1001。',
    en: 'This is not a node id. Examples: ns=2;s=Pump1.Speed, ns=1;i=1001.',
  },
  'opcua-node-or-condition': {
    'zh-CN': '须写明 node（节点号）或 condition（服务器的报警）。',
    en: 'Give either node, or condition for an alarm of the server.',
  },
  'opcua-not-for-conditions': {
    'zh-CN': '{field} 不能与 condition 一起使用。',
    en: '{field} cannot stand beside condition.',
  },
  'opcua-two-deadbands': {
    'zh-CN': 'deadband 和 deadbandPercent 只能写一个。',
    en: 'Give either deadband or deadbandPercent.',
  },
  'opcua-deadband-needs-number': {
    'zh-CN': 'deadbandPercent 只用于数值。',
    en: 'deadbandPercent is for numbers only.',
  },
  'opcua-two-sign-ins': {
    'zh-CN': 'user（用户名和密码）与 userCertificate（证书）只能用一种登录。',
    en: 'Sign in either as user with a password, or by userCertificate.',
  },
  'opcua-kind-does-not-fit': {
    'zh-CN': '类型 {type} 的值不能是 {kind}。',
    en: 'A value of the type {type} cannot be a {kind}.',
  },
  'opcua-write-needs-type': {
    'zh-CN': '可写的测点须写明 type，例如 Double。',
    en: 'A point that can be written needs its type, such as Double.',
  },
  'mqtt-topic-malformed': {
    'zh-CN': '不是一个确定的主题：不能为空，不能有通配符 + 和 #。',
    en: 'This names no single topic: it must not be empty or contain + or #.',
  },
  'mqtt-pointer-malformed': {
    'zh-CN': '不是 JSON 指针。例：/data/temperature，即逐级的名称，各以 / 开头。',
    en: 'This is no JSON pointer. Example: /data/temperature, each name with a / before it.',
  },
  'mqtt-map-kind': {
    'zh-CN': 'map 中“{word}”对应的值不是 {kind}，与此测点不符。',
    en: 'What map gives for "{word}" is no {kind}, which this point is.',
  },
  'mqtt-scale-zero': { 'zh-CN': 'scale 为 0 时读数总是 0。', en: 'With a scale of 0 every reading would be 0.' },
  'mqtt-needs-number': {
    'zh-CN': '{field} 只用于没有 map 的数值。',
    en: '{field} is for numbers without a map only.',
  },
  'mqtt-writable-needs-set': {
    'zh-CN': '可写的测点须写明 set：命令发到哪个主题。',
    en: 'A point that can be written needs set: the topic that takes the command.',
  },
  'mqtt-set-needs-writable': {
    'zh-CN': '写了 set 的测点须同时写 writable: true。',
    en: 'A point with set needs writable: true as well.',
  },
  'mqtt-template-without-value': {
    'zh-CN': 'template 中没有 {placeholder}，每条命令都会一样。',
    en: 'The template has no {placeholder}: every command would be the same.',
  },
  'mqtt-ca-needs-mqtts': {
    'zh-CN': 'ca 只用于加密连接，url 须以 mqtts:// 开头。',
    en: 'ca is for encrypted connections: the url must begin with mqtts://.',
  },
  'linkage-source-empty': {
    'zh-CN': '请写明哪些测点说明火警：devices、callPoints 或 confirmed。',
    en: 'Say which points tell of an alarm: devices, callPoints or confirmed.',
  },
  'linkage-unknown-zone': {
    'zh-CN': '没有防火分区“{zone}”。请检查编号，或先在 linkage.zones 中写上它。',
    en: 'There is no zone "{zone}". Check the id, or add it to linkage.zones first.',
  },
  'linkage-proof-twice': {
    'zh-CN': '测点“{point}”在同一动作中证明了两次。',
    en: 'The point "{point}" proves two devices of the same action.',
  },
  'linkage-no-command': {
    'zh-CN': '测点“{point}”没有 command，不能由联动下发。',
    en: 'The point "{point}" has no command: linkage cannot write to it.',
  },
  'linkage-not-release': {
    'zh-CN':
      '“{point}”的 command.release 中没有 {value}。疏散门的联动只能开、不能关，且不受联锁和挂牌限制，须在 release 中写明哪些值是打开。',
    en: '{value} is not in command.release of "{point}". The linkage of a way out can only open it, past interlocks and tags, so release must say which values do.',
  },
  'linkage-second-person': {
    'zh-CN': '“{point}”需要第二人确认，不能自动下发。',
    en: '"{point}" needs a second person: it cannot be commanded by itself.',
  },
  'linkage-value': {
    'zh-CN': '“{point}”不接受 {value}（见 command.values）。',
    en: '"{point}" does not take {value}, see command.values.',
  },
  'text-pattern-wrong': {
    'zh-CN': '表达式中的“{why}”不能用：组不能重复，不能前看后看，不能引用组；花括号等符号前须加反斜杠。',
    en: 'This cannot be used in the expression: {why}. Groups are not repeated, nothing looks ahead or back, signs such as braces need a backslash.',
  },
  'text-pattern-costly': {
    'zh-CN':
      '这个表达式匹配一行的走法可达 {ways} 种，恶意的一行会拖住网关。请少用 + 和 *，或写明最多几个，例如 \\d{1,4}。',
    en: 'This expression can go through a line in {ways} ways; a hostile line would keep the gateway busy. Use + and * less, or say how many at most, such as \\d{1,4}.',
  },
  'text-pattern-no-event': {
    'zh-CN': '不知道这种行说的是什么事件：请写一个 (?<event>...) 组，或写 event。',
    en: 'Nothing says which event such a line tells of: write a group (?<event>...), or event.',
  },
  'text-address-wrong': {
    'zh-CN': '测点的 fields、on、off 或 clear 写法不对。',
    en: 'fields, on, off or clear of this point are not right.',
  },
  'text-no-event': {
    'zh-CN': '请在 on 中写明哪些事件使它成立，或写 show。',
    en: 'Say in on which events set it, or write show.',
  },
  'text-show-alone': {
    'zh-CN': '有 show 的测点不能有 count、off 或 clear。',
    en: 'A point with show has no count, off or clear.',
  },
  'text-on-and-off': {
    'zh-CN': '事件“{event}”既在 on 中，又在 off 或 clear 中。',
    en: 'The event "{event}" stands in on and in off or clear as well.',
  },
  'text-unknown-field': {
    'zh-CN': 'grammar 中没有名为“{field}”的组。',
    en: 'The grammar has no group called "{field}".',
  },
  'text-kind': { 'zh-CN': '此测点的 kind 只能是 {kind}。', en: 'This point can only be of kind {kind}.' },
  'text-read-only': {
    'zh-CN': '打印口只能听，不能写。',
    en: 'A printer port is only listened to: nothing on it can be written.',
  },
  'text-needs-8-bits': {
    'zh-CN': '汉字需要 8 个数据位。',
    en: 'Chinese text needs 8 data bits.',
  },
  'opcua-server-wide-open': {
    'zh-CN': 'OPC UA 服务器在 {host} 上对外开放，却允许匿名或不加密：网内任何人都能读，口令也可能被看到。',
    en: 'The OPC UA server listens on {host} and lets people in without a name or without encryption: anybody in that network can read.',
  },
  'broker-in-the-open': {
    'zh-CN': '经 WebSocket 的 MQTT 在 {host} 上未加密：同一网络上的人能看到设备的用户名和口令。请设 "tls": true。',
    en: 'MQTT over WebSocket listens on {host} without encryption: others in that network can read names and passwords. Set "tls": true.',
  },
  'output-needs': {
    'zh-CN': 'api 为 {api} 时需要写明 {word}。',
    en: 'With api {api} it needs {word}.',
  },
  'output-url': { 'zh-CN': '“{url}”不是可用的地址。', en: '"{url}" is not an address.' },
  'output-secret-in-url': {
    'zh-CN': '地址中不要写用户名和密码：用户名写在 username，密码或令牌在“设置 › 对外输出”中填写。',
    en: 'No user or password in an address: write username here, and set the password or token in Settings › Outputs.',
  },
  'output-open': {
    'zh-CN': '发往 {host} 的数据未加密，同一网络上的人都能看到。请用 https 或 mqtts。',
    en: 'What is sent to {host} is not encrypted: others on the network can read it. Use https or mqtts.',
  },
  'output-same-folder': {
    'zh-CN': '文件夹与输出“{other}”相同：请为每个输出各设一个文件夹。',
    en: 'The output "{other}" has the same folder: give each a folder of its own.',
  },
  'output-nothing': {
    'zh-CN': 'records 为空，什么也不会发送。请写上要发送的记录种类。',
    en: 'With no records nothing is ever sent. Name the kinds of records.',
  },
  'modbus-rtu-needs-8-bits': { 'zh-CN': 'Modbus RTU 需要 8 个数据位。', en: 'Modbus RTU needs 8 data bits.' },
}

/** What a JSON parser stumbles over, by the number of jsonc-parser's ParseErrorCode. 0: anything else. */
export const jsonFaults: { readonly 0: Text; readonly [code: number]: Text | undefined } = {
  0: { 'zh-CN': '看不懂这里', en: 'this is not understood' },
  1: { 'zh-CN': '无效的符号', en: 'an invalid symbol' },
  2: { 'zh-CN': '数字写法不对', en: 'a number in a wrong form' },
  3: {
    'zh-CN': '缺少用双引号括起的名称（多了一个逗号？）',
    en: 'a name in double quotes is missing (a comma too many?)',
  },
  4: { 'zh-CN': '缺少一个值', en: 'a value is missing' },
  5: { 'zh-CN': '缺少冒号', en: 'a colon is missing' },
  6: { 'zh-CN': '缺少逗号', en: 'a comma is missing' },
  7: { 'zh-CN': '缺少右花括号 }', en: 'a closing brace } is missing' },
  8: { 'zh-CN': '缺少右方括号 ]', en: 'a closing bracket ] is missing' },
  9: { 'zh-CN': '文件应在这里结束', en: 'the file should end here' },
  10: { 'zh-CN': '不能写注释', en: 'comments are not allowed' },
  11: { 'zh-CN': '注释没有结束', en: 'a comment does not end' },
  12: { 'zh-CN': '引号没有结束', en: 'a text does not end: a quotation mark is missing' },
  13: { 'zh-CN': '数字没有写完', en: 'a number does not end' },
  14: { 'zh-CN': 'Unicode 写法不对', en: 'a Unicode escape in a wrong form' },
  15: { 'zh-CN': '反斜杠写法不对', en: 'a backslash escape in a wrong form' },
  16: { 'zh-CN': '无效的字符', en: 'an invalid character' },
}
