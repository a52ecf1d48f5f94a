-- From here on, raw bytes may be packed with their base64 decoded (store::packed): an earlier casebook could not read them.
INSERT OR REPLACE INTO meta (key, value) VALUES ('bytes', 'packed');
