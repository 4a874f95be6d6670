# The two commands: `make run` and `make test`. Each does all the set-up a fresh machine needs (Python 3.11 or newer).
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
CLIENT := $(shell find platform/yichuang/web/client -name '*.js' -o -name '*.mjs' | sed 's/ /\\ /g')
SOURCES := setup.cfg pyproject.toml constraints.txt
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Every process of ours reads what the first one compiled: half a second a start.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: setup run test check clean

setup: $(VENV)/.installed platform/yichuang/web/static/dist/.built

$(VENV)/.python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo '需要 Python 3.11 或更高版本；可用 make PYTHON=python3.11 指定'; exit 1; }
	@echo '建立 Python 环境 …'
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.installed: $(VENV)/.python $(SOURCES)
	@echo '安装依赖（首次约两分钟）…'
	@$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable .
	@touch $@

$(VENV)/.tested: $(VENV)/.installed
	@echo '安装测试依赖 …'
	@$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[test]'
	@touch $@

node_modules/.installed: package.json package-lock.json $(VENV)/.python
	@echo '安装页面脚本的依赖 …'
	@sh tools/npm.sh $(BIN) ci --ignore-scripts --silent
	@touch $@

platform/yichuang/web/static/dist/.built: node_modules/.installed $(CLIENT)
	@echo '生成页面脚本 …'
	@sh tools/npm.sh $(BIN) run --silent build
	@touch $@

run: setup
	@$(BIN)/yichuang run

check: setup $(VENV)/.tested
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: check
	@$(BIN)/python tools/chromium.py
	@# Two at a time, a file at once. What failed is run once more by itself: a browser on a busy machine may miss a key.
	@# A real fault fails again.
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder || { echo '失败的测试再单独运行一次 …'; $(BIN)/python -m pytest --last-failed; }

clean:
	rm -rf $(VENV) node_modules platform/yichuang/web/static/dist build var *.egg-info
