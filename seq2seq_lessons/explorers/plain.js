/**
 * A model as anywidget has it, from a plain object: for a page without Jupyter.
 * @param {Record<string, any>} values its traits
 */
export function modelOf(values) {
  const listeners = new Map(), state = { ...values };
  const of = (event) => listeners.get(event) ?? listeners.set(event, new Set()).get(event);
  return {
    get: (name) => state[name],
    set: (name, value) => {
      if (state[name] === value) return;
      state[name] = value;
      for (const listen of [...of(`change:${name}`)]) listen();
    },
    save_changes: () => {},
    on: (event, listen) => of(event).add(listen),
    off: (event, listen) => of(event).delete(listen),
  };
}
