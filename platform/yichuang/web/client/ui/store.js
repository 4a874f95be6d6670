// What the server has not confirmed yet lies here, in IndexedDB with strict durability: it outlives a crash of the browser.

const NAME = "yichuang", STORE = "unsent";
let opened;

function database() {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: "id" });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  return opened;
}

async function work(mode, act) {
  const db = await database();
  return new Promise((resolve, reject) => {
    const transaction = db.transaction(STORE, mode, { durability: "strict" });
    const request = act(transaction.objectStore(STORE));
    transaction.oncomplete = () => resolve(request?.result);
    transaction.onabort = transaction.onerror = () => reject(transaction.error);
  });
}

export const keep = (record) => work("readwrite", (store) => store.put(record));
export const forget = (id) => work("readwrite", (store) => store.delete(id));
export const find = (id) => work("readonly", (store) => store.get(id));
export const all = () => work("readonly", (store) => store.getAll());
