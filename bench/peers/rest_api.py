"""dlt's rest_api source, its records printed as RECORD lines: no destination is measured."""

import json
import sys

from dlt.sources.rest_api import rest_api_resources

base_url, page_size = sys.argv[1], int(sys.argv[2])
resources = rest_api_resources(
    {
        "client": {
            "base_url": base_url,
            "paginator": {
                "type": "cursor",
                "cursor_path": "next_cursor",
                "cursor_param": "cursor",
            },
        },
        "resources": [
            {
                "name": "orders",
                "endpoint": {
                    "path": "v1/order/list",
                    "params": {"limit": page_size},
                    "data_selector": "data",
                },
            }
        ],
    }
)
write = sys.stdout.write
for record in resources[0]:
    write(json.dumps({"type": "RECORD", "record": {"stream": "orders", "data": record}}) + "\n")
