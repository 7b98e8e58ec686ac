"""The web app: `streamlit run app.py`. Works in a checkout where only requirements.txt was installed."""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
if str(ROOT / "src") not in sys.path:
    sys.path.insert(0, str(ROOT / "src"))
folders = os.environ.get("DIGITLENS_MODELS", "").split(os.pathsep)
if str(ROOT) not in folders:  # where train_model.py puts its network, whatever folder this is started from
    os.environ["DIGITLENS_MODELS"] = os.pathsep.join([*filter(None, folders), str(ROOT)])

from digitlens.web.page import main  # noqa: E402

main()
