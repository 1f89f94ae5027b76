// Brings the page's explorers to life without a kernel. Each <div class="explorer"> holds the picture of the first
// position and, as JSON, the models of an ipywidget. The classes of these models come from ipywidgets' own bundle for
// the classic notebook (widgets/extension.js); it asks for a few things of that notebook, which get stand-ins here. Those
// of the pictures come from anywidget's (widgets/anywidget.js).
(() => {
  const places = document.querySelectorAll("div.explorer");
  if (!places.length) return;
  const here = document.currentScript.src;

  const nothing = () => {};
  function OutputArea() {}
  OutputArea.prototype.register_mime_type = nothing;
  const stand_ins = {
    "base/js/namespace": {
      notebook: { container: { on: nothing }, keyboard_manager: { actions: { register: nothing } } },
    },
    "base/js/events": { on: nothing },
    "notebook/js/outputarea": { OutputArea },
  };

  // A script that defines one module, as the classic notebook loads it.
  function defined(name) {
    const uri = new URL(`widgets/${name}`, here).href;
    return new Promise((resolve, reject) => {
      window.define = (names, factory) => { window.define = undefined; resolve((library) => factory(library ?? { uri })); };
      document.head.append(Object.assign(document.createElement("script"), { src: uri, onerror: reject }));
    });
  }

  async function load() {
    window.Jupyter = { version: "7.0.0" };
    window.requirejs = (names, done) => done(...names.map((name) => stand_ins[name] ?? {}));
    window.requirejs.config = nothing;
    const library = (await defined("extension.js"))();
    await library.load_ipython_extension();   // its style sheets
    return { ...library, ...(await defined("anywidget.js"))(library) };
  }

  const bytes = (text) => new DataView(Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)).buffer);

  // What models and views ask of a widget manager (IWidgetManager in @jupyter-widgets/base).
  class Manager {
    constructor(library, models) {
      this.library = library;
      this.stored = models;
      this.made = {};
    }
    has_model(id) { return id in this.stored; }
    get_model(id) { return (this.made[id] ??= this.make(id)); }
    async make(id) {
      const { model_name, model_module, state, buffers = [] } = this.stored[id];
      for (const { path, data } of buffers) {
        const last = path.pop();
        path.reduce((part, key) => part[key], state)[last] = bytes(data);
      }
      const Model = this.library[model_name];
      const model = new Model(await Model._deserialize_state(state, this), { widget_manager: this, model_id: id });
      model.name = model_name;
      model.module = model_module;
      return model;
    }
    create_view(model, options = {}) {
      return (model.state_change = model.state_change.then(async () => {
        const view = new this.library[model.get("_view_name")]({ model, options });
        view.listenTo(model, "destroy", view.remove);
        await view.render();
        return view;
      }));
    }
    setViewOptions(options = {}) { return options; }
    callbacks() { return {}; }
    inline_sanitize(text) { return text; }   // all of it is the course's own
    resolveUrl(url) { return Promise.resolve(url); }
  }

  async function show(library, place) {
    const { view: id, models } = JSON.parse(place.querySelector("script").textContent);
    const manager = new Manager(library, models);
    await Promise.all(Object.keys(models).map((each) => manager.get_model(each)));   // links too, which no view names
    const view = await manager.create_view(await manager.get_model(id));
    place.querySelector("img").remove();
    library.JupyterLuminoWidget.attach(view.luminoWidget, place);
  }

  load().then((library) => places.forEach((place) => show(library, place)));
})();
