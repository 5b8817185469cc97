// Commands: one list of what can be done now, for the palette (Ctrl/Cmd+K), for keys and for the
// sheet of keys (`?`). A screen says what it offers, and nothing else has to be touched:
//
//   useCommands(t('title'), () => [
//     { id: 'agenda.new', title: t('book'), icon: Plus, keys: 'n', run: () => setCreating(true) },
//     { id: 'agenda.week', title: t('week'), keys: 'v w', words: 'hafta week', run: showWeek },
//     { id: 'agenda.person', title: t('showPerson'), children: () => people.map(asCommand) },
//   ])
//
// * The function is called when the palette opens or a key is pressed, so it may read the latest
//   state and costs nothing while drawing. Leave out what the user may not or cannot do now.
// * `id` is `<feature>.<action>`, stable: recent commands are remembered by it.
// * `keys`: one key (`n`), a sequence within a second (`g p`), or with Ctrl/Cmd (`mod+k`). Never Alt:
//   on Turkish keyboards that types letters. Plain keys do nothing in fields, menus and dialogs.
//   Shown, not bound, with `hint` (the screen hears that key itself); `keyOnly` keeps it out of the
//   palette.
// * `children` open as a second page and are found directly once something is typed. With both, a
//   key calls `run` (`showPalette(command)` opens that page) and the palette opens the children.
// * What was mounted last comes first, and its keys win: a panel beats its screen.
// * `useCreateCommand` is the short form for what `n` makes on a screen.
// * `about: true` marks a group about chosen things (cards, customers); it is shown on top.
export { useCreateCommand } from './create'
export { showKeys, showPalette } from './open'
export { rememberCustomer } from './recent'
export { type Command, useCommands } from './registry'
