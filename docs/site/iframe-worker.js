"use strict";
// A browser starts no worker for a page that was opened as a file, and the search of the site is one. Here the
// worker's script runs in a hidden frame instead, which is told messages and answers them as a worker would.
(() => {
  if (location.protocol !== "file:") return;

  const PRELUDE = `
    var own = window.parent;
    window.postMessage = (data) => own.postMessage({worker: window.name, data}, "*");
    window.importScripts = (...addresses) => addresses.reduce((before, address) => before.then(() => new Promise((done, failed) => {
      var script = document.createElement("script");
      script.src = address;
      script.onload = done;
      script.onerror = () => failed(new Error(address + " cannot be loaded"));
      document.head.append(script);
    })), Promise.resolve());`;
  let started = 0;

  window.Worker = class FileWorker extends EventTarget {
    constructor(address) {
      super();
      const name = `worker-${++started}`;
      this.frame = Object.assign(document.createElement("iframe"), {name, hidden: true});
      this.heard = ({data: told}) => {
        if (!told || told.worker !== name) return;
        const message = new MessageEvent("message", {data: told.data});
        this.dispatchEvent(message);
        if (this.onmessage) this.onmessage(message);
      };
      addEventListener("message", this.heard);
      document.body.append(this.frame);
      const inside = this.frame.contentWindow;
      this.ready = new Promise((done) => {
        const first = inside.document.createElement("script"), second = inside.document.createElement("script");
        first.textContent = PRELUDE;
        second.src = address;
        second.onload = done;
        inside.document.head.append(first, second);
      });
    }

    postMessage(data) {
      this.ready.then(() => this.frame.contentWindow.dispatchEvent(new MessageEvent("message", {data})));
    }

    terminate() {
      removeEventListener("message", this.heard);
      this.frame.remove();
    }
  };
})();
